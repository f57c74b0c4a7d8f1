"""The live board in many browsers: from the PBX's word to the last browser that shows it.

Every browser watches; a call begins to ring, and each is told of it once. The floor parses the
event and gives all its sockets one frame of the same size.
"""

import asyncio
import contextlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, broadcast, serve

from tests.bench.driver import Pbx
from tests.bench.office import Office
from tests.bench.stream import CallScript
from tests.bench.subjects import allo, running
from tests.ports import free_port

BROWSERS = 200
ROUNDS = 20
PAUSE_SECONDS = 1.0  # the board gathers for a quarter of a second what changes together
BUDGET_MS = 150.0
GATHERED_MS = 250.0


@dataclass(slots=True)
class Watchers:
    """All browsers, and when each was last told of the board."""

    tabs: list[ClientConnection] = field(default_factory=list)
    told: dict[int, float] = field(default_factory=dict)
    all_told: asyncio.Event = field(default_factory=asyncio.Event)
    bytes_told: int = 0

    def begin(self) -> None:
        self.told.clear()
        self.all_told.clear()

    async def read(self, number: int) -> None:
        async for message in self.tabs[number]:
            at = time.perf_counter()
            if '"board.' in message[:80]:
                self.bytes_told = len(message)
                self.told.setdefault(number, at)
                if len(self.told) == len(self.tabs):
                    self.all_told.set()


async def measure(office: Office, folder: Path) -> None:
    """Both in turn, and the table."""
    _promote(office)
    own, size = await _by_allo(office, folder)
    floor = await _by_floor(folder, size)
    half = _middle(own)
    missed = "" if half[1] - half[0] <= BUDGET_MS else "  MISSED"
    print(
        f"\nboard in {BROWSERS} browsers, ms from the PBX's word to the first and the last (p50 of"
        f" {ROUNDS}): floor {_middle(floor)[0]:.0f} / {_middle(floor)[1]:.0f},"
        f" allo {half[0]:.0f} / {half[1]:.0f}, of which up to {GATHERED_MS:.0f} are gathered;"
        f" first to last {half[1] - half[0]:.0f}   budget {BUDGET_MS:.0f}{missed}"
    )


def _middle(rounds: Sequence[tuple[float, float]]) -> tuple[float, float]:
    firsts, lasts = sorted(it[0] for it in rounds), sorted(it[1] for it in rounds)
    return firsts[len(firsts) // 2], lasts[len(lasts) // 2]


def _promote(office: Office) -> None:
    """Agents see no board: for this they are supervisors, each with one browser."""
    with contextlib.closing(sqlite3.connect(office.database)) as connection:
        connection.execute("UPDATE user_account SET role = 'supervisor'")
        connection.commit()


async def _by_allo(office: Office, folder: Path) -> tuple[list[tuple[float, float]], int]:
    async with Pbx().serving() as pbx, allo(pbx, office, folder) as subject:
        pairs = list(zip(subject.push_urls, subject.headers, strict=True))[:BROWSERS]
        async with _watching(pairs) as watchers:
            await _ring(pbx, watchers)  # the first is told the whole board
            return [await _ring(pbx, watchers) for _ in range(ROUNDS)], watchers.bytes_told


async def _by_floor(folder: Path, size: int) -> list[tuple[float, float]]:
    port = free_port()
    async with Pbx().serving() as pbx:
        command = [sys.executable, "-m", "tests.bench.board", str(pbx.port), str(port), str(size)]
        async with running(command, dict(os.environ), folder):
            await asyncio.wait_for(pbx.logged_in.wait(), 20)
            async with _watching([(f"ws://127.0.0.1:{port}/", {})] * BROWSERS) as watchers:
                return [await _ring(pbx, watchers) for _ in range(ROUNDS)]


@contextlib.asynccontextmanager
async def _watching(pairs: Sequence[tuple[str, dict[str, str]]]) -> AsyncIterator[Watchers]:
    watchers = Watchers()
    async with contextlib.AsyncExitStack() as stack:
        for url, headers in pairs:
            tab = connect(url, compression=None, additional_headers=headers, proxy=None)
            watchers.tabs.append(await stack.enter_async_context(tab))
            await watchers.tabs[-1].send('{"type": "watch", "topic": "board"}')
        reading = await stack.enter_async_context(asyncio.TaskGroup())
        readers = [reading.create_task(watchers.read(it)) for it in range(len(watchers.tabs))]
        await asyncio.sleep(3 * PAUSE_SECONDS)
        yield watchers
        for reader in readers:
            reader.cancel()


_SCRIPT, _CALLERS = CallScript(), iter(range(10**6))


async def _ring(pbx: Pbx, watchers: Watchers) -> tuple[float, float]:
    """Milliseconds until the first and until the last browser was told of one call."""
    assert pbx.subject
    number = next(_CALLERS)
    call = _SCRIPT.cast(
        number,
        caller=f"+7903{number:07}",
        extension=str(2001 + number % 100),
        epoch=int(time.time()),
    )
    watchers.begin()
    began = time.perf_counter()
    pbx.subject.write(call.ring)
    async with asyncio.timeout(30):
        await watchers.all_told.wait()
    first, last = min(watchers.told.values()), max(watchers.told.values())
    pbx.subject.write(call.answer + call.end)
    await asyncio.sleep(PAUSE_SECONDS)
    return (first - began) * 1000, (last - began) * 1000


async def _floor(ami_port: int, push_port: int, size: int) -> None:
    """Read events by hand; when a phone rings, give everybody one frame."""
    tabs: set[ServerConnection] = set()

    async def serve_tab(connection: ServerConnection) -> None:
        tabs.add(connection)
        await connection.wait_closed()
        tabs.discard(connection)

    async with serve(serve_tab, "127.0.0.1", push_port, compression=None):
        reader, writer = await asyncio.open_connection("127.0.0.1", ami_port, limit=1 << 20)
        await reader.readline()
        writer.write(b"Action: Login\r\nUsername: bench\r\nSecret: bench\r\n\r\n")
        rest = b""
        while data := await reader.read(1 << 16):
            *frames, rest = (rest + data).split(b"\r\n\r\n")
            for frame in frames:
                lines = frame.decode(errors="replace").split("\r\n")
                event = dict(line.split(": ", 1) for line in lines if ": " in line)
                if event.get("ChannelStateDesc") == "Ringing" and event["Event"] == "Newstate":
                    told = {"type": "board.changed", "number": event["ConnectedLineNum"]}
                    broadcast(tabs, json.dumps(told | {"rest": "x" * max(0, size - 60)}))


if __name__ == "__main__":
    asyncio.run(_floor(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
