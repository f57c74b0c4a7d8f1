"""The driver: plays the PBX and every browser, with one clock for both ends of the ring path."""

import asyncio
import contextlib
import heapq
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect

from tests.bench.stream import RING_SECONDS, TALK_SECONDS, ScriptedCall


@dataclass(slots=True)
class Tally:
    """What one run has seen: when each caller's phone rang, and when the card was there."""

    rang: dict[str, float] = field(default_factory=dict)
    carded: dict[str, float] = field(default_factory=dict)
    all_carded: asyncio.Event = field(default_factory=asyncio.Event)
    expected: int = 0  # cards; or
    awaited: str = ""  # the one caller whose card comes behind all others

    def saw_card(self, caller: str, at: float) -> None:
        self.carded.setdefault(caller, at)
        if caller == self.awaited or 0 < self.expected <= len(self.carded):
            self.all_carded.set()

    def latencies(self) -> list[float]:
        """Seconds from ring to card, sorted."""
        return sorted(at - self.rang[who] for who, at in self.carded.items() if who in self.rang)


class Pbx:
    """Just enough of a PBX: it answers every action, and says what the script says."""

    def __init__(self) -> None:
        self.port = 0
        self.subject: asyncio.StreamWriter | None = None
        self.logged_in = asyncio.Event()
        self.channels: Sequence[dict[str, str]] = ()  # what it lists as alive

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator["Pbx"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            if self.subject:
                self.subject.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                action = _fields(await reader.readuntil(b"\r\n\r\n"))
                writer.write(_answer(action, self.channels))
                if action.get("Action", "").lower() == "login":
                    self.subject = writer
                    self.logged_in.set()

    async def play(self, calls: Sequence[ScriptedCall], *, rate: float, tally: Tally) -> None:
        """Begin `rate` calls a second; each rings, is answered and ends in its own time."""
        assert self.subject
        start = time.perf_counter() + 0.2
        due: list[tuple[float, int, int]] = [
            (start + number / rate, number, 0) for number in range(len(calls))
        ]
        while due:
            now = time.perf_counter()
            while due and due[0][0] <= now:
                at, number, phase = heapq.heappop(due)
                call = calls[number]
                if phase == 0:
                    tally.rang[call.caller] = time.perf_counter()
                    self.subject.write(call.ring)
                    heapq.heappush(due, (at + RING_SECONDS, number, 1))
                elif phase == 1:
                    self.subject.write(call.answer)
                    heapq.heappush(due, (at + TALK_SECONDS, number, 2))
                else:
                    self.subject.write(call.end)
            await self.subject.drain()
            if due:
                await asyncio.sleep(max(0.0, due[0][0] - time.perf_counter()))

    async def pour(self, calls: Sequence[ScriptedCall], tally: Tally) -> float:
        """Say everything as fast as it is read; the seconds until the last call has its card.

        The calls before it are over before anybody could look, so they need no card: what was read
        and told is proven by the last one, which comes behind them all.
        """
        assert self.subject
        start, last = time.perf_counter(), calls[-1]
        tally.awaited = last.caller
        for call in calls[:-1]:
            self.subject.write(call.ring + call.answer + call.end)
            await self.subject.drain()
        self.subject.write(last.ring)
        async with asyncio.timeout(120):
            await tally.all_carded.wait()
        seconds = time.perf_counter() - start
        self.subject.write(last.answer + last.end)
        await self.subject.drain()
        return seconds


@contextlib.asynccontextmanager
async def browsers(
    urls: Sequence[str], tally: Tally, headers: Sequence[dict[str, str]]
) -> AsyncIterator[None]:
    """Open one tab per URL and note when each card arrives."""
    async with contextlib.AsyncExitStack() as stack:
        tabs = [
            await stack.enter_async_context(
                connect(url, compression=None, additional_headers=header, proxy=None)
            )
            for url, header in zip(urls, headers, strict=True)
        ]
        watchers = await stack.enter_async_context(asyncio.TaskGroup())
        running = [watchers.create_task(_watch(tab, tally)) for tab in tabs]
        await asyncio.sleep(0.5)
        yield
        for watcher in running:
            watcher.cancel()


async def _watch(tab: ClientConnection, tally: Tally) -> None:
    async for message in tab:
        at = time.perf_counter()
        if '"call.ringing"' in message[:200]:
            frame = json.loads(message)
            tally.saw_card(frame.get("number") or frame["call"]["number"], at)


def _fields(frame: bytes) -> dict[str, str]:
    lines = frame.decode().strip().split("\r\n")
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def _answer(action: dict[str, str], channels: Sequence[dict[str, str]]) -> bytes:
    head = f"Response: Success\r\nActionID: {action.get('ActionID', '')}\r\n"
    match action.get("Action", "").lower():
        case "login":
            return f"{head}Message: Authentication accepted\r\n\r\n".encode() + (
                b"Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 1000\r\n"
                b"LastReload: 1000\r\nStatus: Fully Booted\r\n\r\n"
            )
        case "ping":
            return f"{head}Ping: Pong\r\nTimestamp: {time.time():.6f}\r\n\r\n".encode()
        case "coreshowchannels":
            return _list(action, head, "CoreShowChannelsComplete", channels)
        case "queuestatus":
            return _list(action, head, "QueueStatusComplete")
        case "corestatus":
            return (
                f"{head}CoreStartupDate: 2026-11-23\r\nCoreStartupTime: 07:00:00\r\n\r\n".encode()
            )
        case _:
            return f"{head}\r\n".encode()


def _list(
    action: dict[str, str], head: str, complete: str, lines: Sequence[dict[str, str]] = ()
) -> bytes:
    asked = f"ActionID: {action.get('ActionID', '')}\r\n"
    listed = "".join(
        f"Event: {line['Event']}\r\n{asked}"
        + "".join(f"{key}: {value}\r\n" for key, value in line.items() if key != "Event")
        + "\r\n"
        for line in lines
    )
    return (
        f"{head}EventList: start\r\nMessage: list will follow\r\n\r\n{listed}"
        f"Event: {complete}\r\n{asked}"
        f"EventList: Complete\r\nListItems: {len(lines)}\r\n\r\n"
    ).encode()
