"""Measure the ring path: PBX event written → card frame in the browser, Allo beside the floor.

    python -m tests.bench [--seconds 10] [--rates 10,100,500] [--clients 1000000] [--agents 200]

Driver, floor and Allo are three processes. Both subjects see the same calls in the same run; read
the ratios, since absolute times belong to the machine.
"""

import argparse
import asyncio
import contextlib
import json
import os
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.bench.driver import Pbx, Tally, browsers
from tests.bench.office import Office, open_office
from tests.bench.stream import RING_SECONDS, TALK_SECONDS, CallScript, ScriptedCall

CACHE = Path(os.environ.get("ALLO_BENCH_CACHE", ".cache/bench"))
POURED_CALLS = 2_000


@dataclass(frozen=True, slots=True)
class Subject:
    """A running program under measurement."""

    name: str
    process: asyncio.subprocess.Process
    push_urls: Sequence[str]
    headers: Sequence[dict[str, str]]

    def cpu_seconds(self) -> float:
        """Processor time that the program has used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mib(self) -> float:
        """Largest resident size so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


@dataclass(frozen=True, slots=True)
class Figure:
    """What one subject did at one rate."""

    p50_ms: float
    p99_ms: float
    lost: int
    cpu_percent: float


async def main(arguments: argparse.Namespace) -> int:
    """Run every rate on both subjects, print the table; 1 when a call was lost."""
    script, rates = CallScript(), [int(rate) for rate in arguments.rates.split(",")]
    with tempfile.TemporaryDirectory(prefix="allo-bench-") as folder:
        started = time.perf_counter()
        office = open_office(
            CACHE, Path(folder), clients=arguments.clients, agents=arguments.agents
        )
        _say(f"office of {office.clients:,} clients ready in {time.perf_counter() - started:.0f} s")
        figures: dict[tuple[str, int], Figure] = {}
        poured: dict[str, float] = {}
        callers = iter(range(10**9))
        for name, start in (("floor", floor), ("allo", allo)):
            async with Pbx().serving() as pbx, start(pbx, office, Path(folder)) as subject:
                for rate in rates:
                    calls = _cast(script, office, callers, rate * arguments.seconds)
                    figures[name, rate] = await _measure(pbx, subject, calls, rate)
                calls = _cast(script, office, callers, POURED_CALLS)
                poured[name] = await _pour(pbx, subject, calls) * script.events_a_call
                _say(f"{name}: peak {subject.peak_mib():.0f} MiB")
        in_log = _calls_in_log(office.database)
        _print_table(rates, figures, poured, script.events_a_call)
        told = sum(rate * arguments.seconds for rate in rates) + POURED_CALLS
        print(f"calls told {told}, calls in the log {in_log}")
        lost = sum(figure.lost for figure in figures.values())
        return 1 if lost or in_log != told else 0


def _cast(
    script: CallScript, office: Office, callers: "AsyncIterator[int] | object", count: int
) -> list[ScriptedCall]:
    epoch = int(time.time())
    extensions = office.extensions
    return [
        script.cast(
            number,
            caller=office.caller(number * 7919),
            extension=extensions[number % len(extensions)],
            epoch=epoch,
        )
        for number in (next(callers) for _ in range(count))  # type: ignore[call-overload]
    ]


async def _measure(pbx: Pbx, subject: Subject, calls: Sequence[ScriptedCall], rate: int) -> Figure:
    tally = Tally(expected=len(calls))
    async with browsers(subject.push_urls, tally, subject.headers):
        cpu, wall = subject.cpu_seconds(), time.perf_counter()
        await pbx.play(calls, rate=rate, tally=tally)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(tally.all_carded.wait(), 10)
        cpu, wall = subject.cpu_seconds() - cpu, time.perf_counter() - wall
    times = tally.latencies()
    _say(f"{subject.name} at {rate} calls/s: {len(times)} cards")
    return Figure(
        p50_ms=times[len(times) // 2] * 1000,
        p99_ms=times[int(len(times) * 0.99)] * 1000,
        lost=len(calls) - len(times),
        cpu_percent=100 * cpu / wall,
    )


async def _pour(pbx: Pbx, subject: Subject, calls: Sequence[ScriptedCall]) -> float:
    """Calls a second when the PBX says everything as fast as it is read."""
    tally = Tally()
    async with browsers(subject.push_urls, tally, subject.headers):
        return len(calls) / await pbx.pour(calls, tally)


@contextlib.asynccontextmanager
async def floor(pbx: Pbx, office: Office, folder: Path) -> AsyncIterator[Subject]:
    """The least program, running."""
    port = _free_port()
    command = ["-m", "tests.bench.floor", str(pbx.port), str(port), str(office.database)]
    async with _running([sys.executable, *command], dict(os.environ), folder) as process:
        await asyncio.wait_for(pbx.logged_in.wait(), 20)
        urls = [f"ws://127.0.0.1:{port}/?extension={each}" for each in office.extensions]
        yield Subject("floor", process, urls, [{} for _ in urls])


@contextlib.asynccontextmanager
async def allo(pbx: Pbx, office: Office, folder: Path) -> AsyncIterator[Subject]:
    """The product, running as an office runs it."""
    web, push = _free_port(), _free_port()
    link = {"name": "bench", "host": "127.0.0.1", "port": pbx.port, "username": "bench"}
    settings = {
        "ALLO_DATABASE_URL": f"sqlite:///{office.database}",
        "ALLO_DATA_DIRECTORY": str(folder / "data"),
        "ALLO_WEB__PORT": str(web),
        "ALLO_PUSH__PORT": str(push),
        "ALLO_PBX": json.dumps([link | {"secret": "bench", "trunks": ["PJSIP/provider"]}]),
    }
    command = [str(Path(sys.executable).parent / "allo"), "serve"]
    async with _running(command, dict(os.environ) | settings, folder) as process:
        await asyncio.wait_for(pbx.logged_in.wait(), 30)
        await _until_ready(f"http://127.0.0.1:{web}/readyz")
        headers = [{"Authorization": f"Bearer {token}"} for token in office.tokens]
        urls = [f"ws://127.0.0.1:{push}/push"] * len(headers)
        yield Subject("allo", process, urls, headers)
        await _until_written(office.database)


@contextlib.asynccontextmanager
async def _running(
    command: Sequence[str], environment: dict[str, str], folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    with (folder / f"{Path(command[0]).name}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=log, stderr=log
        )
        try:
            yield process
        except BaseException:
            _say(Path(log.name).read_text(errors="replace")[-2000:])
            raise
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def _until_ready(url: str) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(30):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.1)


async def _until_written(database: Path) -> None:
    """Wait until the call log stands still: what is then missing is lost."""
    before = -1
    while before != (now := _calls_in_log(database)):
        before = now
        await asyncio.sleep(1)


def _calls_in_log(database: Path) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        row = connection.execute("SELECT count(*) FROM call WHERE status = 'ended'").fetchone()
        return int(row[0])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _print_table(
    rates: Sequence[int],
    figures: dict[tuple[str, int], Figure],
    poured: dict[str, float],
    events_a_call: int,
) -> None:
    talk = f"{RING_SECONDS + TALK_SECONDS:.0f} s a call, {events_a_call} events a call"
    print(f"\nring event written by the PBX -> card frame in the browser ({talk})\n")
    print(f"{'calls/s':>8} {'':>6} {'p50 ms':>8} {'p99 ms':>8} {'CPU %':>6} {'lost':>5}")
    for rate in rates:
        low, own = figures["floor", rate], figures["allo", rate]
        for name, figure in (("floor", low), ("allo", own)):
            print(
                f"{rate:>8} {name:>6} {figure.p50_ms:>8.2f} {figure.p99_ms:>8.2f}"
                f" {figure.cpu_percent:>6.0f} {figure.lost:>5}"
            )
        ratios = (own.p50_ms / low.p50_ms, own.p99_ms / low.p99_ms)
        cpu = own.cpu_percent / max(low.cpu_percent, 0.1)
        print(
            f"{'':>8} {'ratio':>6} {ratios[0]:>8.1f} {ratios[1]:>8.1f} {cpu:>6.1f}   budget 4 / 6"
        )
    share = poured["allo"] / poured["floor"]
    print(
        f"\nevents read and told, as fast as they come: floor {poured['floor']:,.0f}/s,"
        f" allo {poured['allo']:,.0f}/s, share {share:.2f} (budget 0.60)"
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rates", default="10,100,500")
    parser.add_argument("--clients", type=int, default=1_000_000)
    parser.add_argument("--agents", type=int, default=200)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(_arguments())))
