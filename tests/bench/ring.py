"""The ring path: PBX event written → card frame in the browser, Allo beside the floor.

Driver, floor and Allo are three processes. Both subjects see the same calls in the same run.
"""

import argparse
import asyncio
import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.driver import Pbx, Tally, browsers
from tests.bench.office import Office
from tests.bench.pouring import ROUNDS, read_rates
from tests.bench.stream import RING_SECONDS, TALK_SECONDS, CallScript, ScriptedCall
from tests.bench.subjects import Subject, allo, calls_in_log, floor, say

POURED_CALLS = 2_000


@dataclass(frozen=True, slots=True)
class Figure:
    """What one subject did at one rate."""

    p50_ms: float
    p99_ms: float
    lost: int
    cpu_percent: float


async def measure(arguments: argparse.Namespace, office: Office, folder: Path) -> int:
    """Run every rate on both subjects, print the table; 1 when a call was lost."""
    script, rates = CallScript(), [int(rate) for rate in arguments.rates.split(",")]
    before = calls_in_log(office.database)
    figures: dict[tuple[str, int], Figure] = {}
    poured: dict[str, float] = {}
    callers = iter(range(10**9))
    for name, start in (("floor", floor), ("allo", allo)):
        async with Pbx().serving() as pbx, start(pbx, office, folder) as subject:
            for rate in rates:
                calls = _cast(script, office, callers, rate * arguments.seconds)
                figures[name, rate] = await _measure(pbx, subject, calls, rate)
            calls = _cast(script, office, callers, POURED_CALLS)
            poured[name] = await _pour(pbx, subject, calls) * script.events_a_call
            say(f"{name}: peak {subject.peak_mib():.0f} MiB")
    in_log = calls_in_log(office.database) - before
    rounds = [_cast(script, office, callers, POURED_CALLS) for _ in range(ROUNDS)]
    read = await read_rates(rounds, script.events_a_call, folder)
    _print_table(rates, figures, script.events_a_call)
    _print_poured(read, poured)
    told = sum(rate * arguments.seconds for rate in rates) + POURED_CALLS
    print(f"calls told {told}, calls in the log {in_log}")
    lost = sum(figure.lost for figure in figures.values())
    return 1 if lost or in_log != told else 0


def _cast(
    script: CallScript, office: Office, callers: Iterator[int], count: int
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
        for number in (next(callers) for _ in range(count))
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
    say(f"{subject.name} at {rate} calls/s: {len(times)} cards")
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


def _print_table(
    rates: Sequence[int],
    figures: dict[tuple[str, int], Figure],
    events_a_call: int,
) -> None:
    talk = f"{RING_SECONDS + TALK_SECONDS:.0f} s a call, {events_a_call} events a call"
    print(f"\nring event written by the PBX -> card frame in the browser ({talk})\n")
    print(f"{'calls/s':>8} {'events/s':>9} {'':>6}", end="")
    print(f" {'p50 ms':>8} {'p99 ms':>8} {'CPU %':>6} {'lost':>5}")
    for rate in rates:
        low, own = figures["floor", rate], figures["allo", rate]
        for name, figure in (("floor", low), ("allo", own)):
            print(
                f"{rate:>8} {rate * events_a_call:>9,} {name:>6} {figure.p50_ms:>8.2f}"
                f" {figure.p99_ms:>8.2f} {figure.cpu_percent:>6.0f} {figure.lost:>5}"
            )
        ratios = (own.p50_ms / low.p50_ms, own.p99_ms / low.p99_ms)
        cpu = own.cpu_percent / max(low.cpu_percent, 0.1)
        print(
            f"{'':>18} {'ratio':>6} {ratios[0]:>8.1f} {ratios[1]:>8.1f} {cpu:>6.1f}   budget 4 / 6"
        )


def _print_poured(read: dict[str, float], poured: dict[str, float]) -> None:
    """What is reached when the PBX says everything as fast as it is read."""
    share = read["link"] / read["parser"]
    print(
        f"\nevents read and tracked: a parser by hand {read['parser']:,.0f}/s,"
        f" the link {read['link']:,.0f}/s, share {share:.2f}   budget 0.60"
    )
    print(
        f"for information, everything together (frames, call log, tape): the floor, which has no"
        f" call log, {poured['floor']:,.0f}/s, allo {poured['allo']:,.0f}/s"
    )
