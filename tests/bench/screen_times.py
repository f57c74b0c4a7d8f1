"""How long the screens take: Allo and the floor side by side, each asked in turn."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.bench.office import Office
from tests.bench.screens import SCREENS, Screen
from tests.bench.subjects import cpu_seconds_of, running, say, serving
from tests.ports import free_port

TIMES = 40
WARM_UP = 3
SECONDS = 6.0  # on one screen


@dataclass(frozen=True, slots=True)
class Times:
    """What one screen took on each side, in milliseconds, sorted."""

    screen: Screen
    floor: Sequence[float]
    allo: Sequence[float]
    floor_cpu: float  # a request's, on the average: it hardly depends on what else runs
    allo_cpu: float


async def measure(office: Office, folder: Path, groups: Collection[str], engine: str) -> None:
    """Ask every screen of these groups, and print the table."""
    web, floor = free_port(), free_port()
    ports = {"ALLO_WEB__PORT": str(web), "ALLO_PUSH__PORT": str(free_port())}
    command = [sys.executable, "-m", "tests.bench.screens_floor", str(floor), office.url]
    async with contextlib.AsyncExitStack() as stack:
        own = await stack.enter_async_context(serving(office.url, folder, **ports))
        plain = await stack.enter_async_context(running(command, dict(os.environ), folder))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        await _until_open(floor)
        found = []
        for number, screen in enumerate(SCREENS):
            if screen.group in groups:
                token = office.tokens[-1 if screen.is_for_supervisor else 0]
                url = f"http://127.0.0.1:{floor}/{number}"
                pids = (plain.pid, own.pid)
                asked = _Asked(session, f"http://127.0.0.1:{web}", token, url, pids)
                found.append(await _time(asked, screen))
                say(f"{engine}: {screen.name}")
    _print(found, engine)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Both programs; the floor by the address of this screen."""

    session: aiohttp.ClientSession
    web: str
    token: str
    floor: str
    pids: tuple[int, int]  # floor, allo

    async def allo(self, paths: Sequence[str]) -> float:
        began = time.perf_counter()
        for path in paths:
            headers = {"Authorization": f"Bearer {self.token}"}
            async with self.session.get(self.web + path, headers=headers) as answer:
                text = await answer.text()
                assert answer.status == 200, (path, text)
        return (time.perf_counter() - began) * 1000

    async def plain(self, n: int) -> float:
        began = time.perf_counter()
        async with self.session.get(f"{self.floor}/{n}") as answer:
            await answer.read()
        return (time.perf_counter() - began) * 1000


async def _time(asked: _Asked, screen: Screen) -> Times:
    floor: list[float] = []
    allo: list[float] = []
    cpu = [0.0, 0.0]
    until = time.perf_counter() + SECONDS
    for n in range(WARM_UP + TIMES):
        plain, own = await asked.plain(n), await asked.allo(screen.paths(n))
        if n == WARM_UP - 1:
            cpu = [cpu_seconds_of(pid) for pid in asked.pids]
        if n >= WARM_UP:
            floor.append(plain)
            allo.append(own)
        if time.perf_counter() > until and len(allo) >= WARM_UP:
            break
    spent = [cpu_seconds_of(pid) - before for pid, before in zip(asked.pids, cpu, strict=True)]
    floor_cpu, allo_cpu = (seconds * 1000 / len(allo) for seconds in spent)
    return Times(screen, sorted(floor), sorted(allo), floor_cpu, allo_cpu)


async def _until_open(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(OSError):
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)


def _at(times: Sequence[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


def _print(found: Sequence[Times], engine: str) -> None:
    print(f"\nscreens on {engine}, a request and its whole answer; the floor is plain SQL\n")
    print(f"{'':<38} {'floor p50':>10} {'p95 ms':>8} {'allo p50':>10} {'p95 ms':>8}", end="")
    print(f" {'ratio p50':>10} {'p95':>6} {'CPU ms':>11}   budget")
    for it in found:
        half, most = (
            (_at(it.floor, 0.5), _at(it.allo, 0.5)),
            (_at(it.floor, 0.95), _at(it.allo, 0.95)),
        )
        budget = it.screen.budget_ms
        told = "" if budget is None else f"{budget:.0f}{'' if most[1] <= budget else '  MISSED'}"
        print(
            f"{it.screen.name:<38} {half[0]:>10.1f} {most[0]:>8.1f} {half[1]:>10.1f}"
            f" {most[1]:>8.1f} {half[1] / half[0]:>10.1f} {most[1] / most[0]:>6.1f}"
            f" {it.floor_cpu:>5.1f} {it.allo_cpu:>5.1f}   {told}"
        )
