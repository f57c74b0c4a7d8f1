"""How soon Allo is there again after `kill -9`, with a million calls and a day's tape behind it.

Twice: on what a killed server leaves, and once more after this one was killed as well.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from websockets.asyncio.client import connect

from telephony.link import tape_of
from tests.bench.day_tape import Day, Left, leave_day
from tests.bench.driver import Pbx
from tests.bench.office import Office
from tests.bench.stream import CallScript
from tests.bench.subjects import begun, cpu_seconds_of, link_to, say, until_ready
from tests.ports import free_port

__all__ = ["Day", "measure"]

READY_BUDGET = 5.0
PATIENCE = 120.0
LOOK_SECONDS = 0.02
RINGS_AT = 3  # whose phone: the place of the agent


@dataclass(frozen=True, slots=True)
class Started:
    """Seconds from the start of the program."""

    ready: float
    rang: float  # the first card was on a screen
    cpu: float  # processor time until it was ready
    alive: int  # calls that the journal tells of as going on


async def measure(office: Office, folder: Path, day: Day) -> int:
    """Print both starts; 1 when a living call was lost."""
    data = folder / "restart"
    data.mkdir()
    began = time.perf_counter()
    left = await leave_day(office, tape_of(data / "data" / "tape", "bench"), day)
    say(f"restart: a day of {day.calls:,} calls left in {time.perf_counter() - began:.0f} s")
    starts = []
    async with Pbx().serving() as pbx:
        pbx.channels = left.channels
        for number in range(2):
            pbx.logged_in.clear()
            starts.append(await _start(office, data, pbx, number))
            say(f"restart: ready after {starts[-1].ready:.1f} s")
    _print(office, day, left, starts)
    return 0 if all(it.alive == left.calls for it in starts) else 1


async def _start(office: Office, folder: Path, pbx: Pbx, number: int) -> Started:
    web, push = free_port(), free_port()
    ports = {"ALLO_WEB__PORT": str(web), "ALLO_PUSH__PORT": str(push), "ALLO_PBX": link_to(pbx)}
    began = time.perf_counter()
    async with begun(office.url, folder, **ports) as process:
        await until_ready(web, look_seconds=LOOK_SECONDS, seconds=PATIENCE)
        ready = time.perf_counter() - began
        cpu = cpu_seconds_of(process.pid)
        await asyncio.wait_for(pbx.logged_in.wait(), PATIENCE)
        async with _screen(push, office.tokens[RINGS_AT]) as rang:
            _ring(pbx, office, number)
            await asyncio.wait_for(rang.wait(), PATIENCE)
            first = time.perf_counter() - began
        alive = await _alive(web, office.tokens[-1])
        process.kill()  # as a power cut does: nothing is said good-bye to
        await process.wait()
    return Started(ready, first, cpu, alive)


@contextlib.asynccontextmanager
async def _screen(port: int, token: str) -> AsyncIterator[asyncio.Event]:
    """A browser of one agent; the event is set when a card comes."""
    rang = asyncio.Event()
    headers = {"Authorization": f"Bearer {token}"}
    url = f"ws://127.0.0.1:{port}/push"
    async with connect(url, compression=None, additional_headers=headers, proxy=None) as tab:

        async def read() -> None:
            async for message in tab:
                if '"call.ringing"' in message[:200]:
                    rang.set()

        reading = asyncio.create_task(read())
        yield rang
        reading.cancel()


def _ring(pbx: Pbx, office: Office, number: int) -> None:
    """Somebody calls; he has hung up again before the program is killed."""
    assert pbx.subject
    call = CallScript().cast(
        900_000_000 + number,
        caller=office.caller(17),
        extension=office.extensions[RINGS_AT],
        epoch=int(datetime.now(UTC).timestamp()),
    )
    pbx.subject.write(call.ring)
    asyncio.get_running_loop().call_later(0.5, pbx.subject.write, call.answer + call.end)


async def _alive(port: int, token: str) -> int:
    """How many calls go on in the journal, when it has settled."""
    url = f"http://127.0.0.1:{port}/api/calls?status=queued,ringing,answered,on_hold&limit=200"
    headers = {"Authorization": f"Bearer {token}"}
    await asyncio.sleep(2)
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return len(json.loads(await answer.text())["items"])


def _print(office: Office, day: Day, left: Left, starts: list[Started]) -> None:
    print(
        f"\nready after kill -9: {office.size.calls:,} calls in the log, a tape of {day.calls:,}"
        f" calls in {left.segments} segments;\n  {left.calls} calls live on, the oldest began"
        f" {day.oldest} minutes before: {left.replayed:,} events are read again\n"
    )
    for name, it in zip(("after the day", "once more"), starts, strict=True):
        missed = "" if it.ready <= READY_BUDGET else "  MISSED"
        print(
            f"  {name:<14} ready after {it.ready:>5.1f} s (CPU {it.cpu:.1f} s), first card after"
            f" {it.rang:>5.1f} s, alive {it.alive}   budget {READY_BUDGET:.0f}{missed}"
        )
