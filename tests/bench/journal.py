"""The journal of a million calls: its first page, its tenth and one behind half of all calls.

Every condition alone and the pairs that people put together, for who sees all, a team's, their own.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from sqlmodel import col, select

from crm_core.calls.tables import Call
from crm_core.kernel.database import Database
from crm_core.kernel.paging import write_cursor
from tests.bench.journal_lists import LISTS, JournalList
from tests.bench.office import Office
from tests.bench.rows import MANAGER_TOKEN
from tests.bench.subjects import cpu_seconds_of, say, serving
from tests.ports import free_port

PAGE = 50
TIMES, WARM_UP = 20, 2
SECONDS = 3.0  # on one list
BUDGET_MS = 100.0
SHOWN = 15  # of the lists, the slowest first


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of one list, sorted."""

    name: str
    first: Sequence[float]
    deep: Sequence[float]
    cpu: float  # a request's of the server's process, on the average

    @property
    def slowest(self) -> float:
        return max(at(self.first, 0.95), at(self.deep, 0.95))


async def measure(office: Office, folder: Path, engine: str) -> None:
    """Ask every list, and print the slowest."""
    port = free_port()
    ports = {"ALLO_WEB__PORT": str(port), "ALLO_PUSH__PORT": str(free_port())}
    deep = await _cursor_behind(office, office.size.calls // 2)
    async with (
        serving(office.url, folder, **ports) as server,
        aiohttp.ClientSession() as session,
    ):
        asked = Asked(session, f"http://127.0.0.1:{port}", office, server.pid)
        tenth = await asked.cursor_of_page(LISTS[0], 10)
        found = [await _time(asked, each, deep) for each in LISTS]
        pages = await asked.time(LISTS[0], tenth)
    _print(found, pages, office.size.calls, engine)


async def _cursor_behind(office: Office, rows: int) -> str:
    database = Database.connect(office.url)
    try:
        async with database.read() as session:
            newest = select(Call.started_at, Call.id).order_by(
                col(Call.started_at).desc(), col(Call.id).desc()
            )
            began, call_id = (await session.exec(newest.offset(rows).limit(1))).one()
            return write_cursor("calls", began, call_id)
    finally:
        await database.close()


@dataclass(frozen=True, slots=True)
class Asked:
    """The server under measurement, and who asks."""

    session: aiohttp.ClientSession
    web: str
    office: Office
    pid: int

    async def page(self, path: str, role: str) -> str | None:
        """Read a page whole; the cursor of the next."""
        tokens = {"supervisor": self.office.tokens[-1], "agent": self.office.tokens[0]}
        token = tokens.get(role, MANAGER_TOKEN)
        headers = {"Authorization": f"Bearer {token}"}
        async with self.session.get(self.web + path, headers=headers) as answer:
            assert answer.status == 200, (path, await answer.text())
            found: str | None = (await answer.json())["next_cursor"]
            return found

    async def cursor_of_page(self, one: JournalList, number: int) -> str | None:
        cursor = None
        for _page in range(number - 1):
            cursor = await self.page(one.path(0, PAGE, cursor), one.role)
        return cursor

    async def time(self, one: JournalList, cursor: str | None) -> list[float]:
        """Milliseconds of each time that it was asked, sorted."""
        took: list[float] = []
        until = time.perf_counter() + SECONDS / 2
        for n in range(WARM_UP + TIMES):
            path = one.path(n, PAGE, cursor)
            began = time.perf_counter()
            await self.page(path, one.role)
            if n >= WARM_UP:
                took.append((time.perf_counter() - began) * 1000)
            if time.perf_counter() > until and len(took) >= WARM_UP:
                break
        return sorted(took)


async def _time(asked: Asked, one: JournalList, deep: str) -> Times:
    name = f"{one.role}: {one.name}"
    before = cpu_seconds_of(asked.pid)
    first, behind = await asked.time(one, None), await asked.time(one, deep)
    spent = cpu_seconds_of(asked.pid) - before
    times = Times(name, first, behind, spent * 1000 / (len(first) + len(behind) + 2 * WARM_UP))
    if times.slowest > BUDGET_MS:
        say(
            f"{name}: {at(times.first, 0.95):.0f} ms, deep {at(times.deep, 0.95):.0f} ms,"
            f" CPU {times.cpu:.0f} ms"
        )
    return times


def at(times: Sequence[float], share: float) -> float:
    """A percentile of sorted times."""
    return times[min(len(times) - 1, int(len(times) * share))]


def _print(found: Sequence[Times], tenth: Sequence[float], calls: int, engine: str) -> None:
    slow = sorted(found, key=lambda it: it.slowest, reverse=True)
    missed = sum(it.slowest > BUDGET_MS for it in found)
    print(
        f"\njournal of {calls:,} calls on {engine}, {len(found)} lists at the API,"
        f" {missed} over the budget; the slowest first\n"
    )
    print(f"{'':<42} {'first p50':>10} {'p95 ms':>8} {'deep p50':>10} {'p95 ms':>8}", end="")
    print(f" {'CPU ms':>7}   budget")
    for it in slow[:SHOWN]:
        told = f"{BUDGET_MS:.0f}{'' if it.slowest <= BUDGET_MS else '  MISSED'}"
        print(
            f"{it.name:<42} {at(it.first, 0.5):>10.1f} {at(it.first, 0.95):>8.1f}"
            f" {at(it.deep, 0.5):>10.1f} {at(it.deep, 0.95):>8.1f} {it.cpu:>7.1f}   {told}"
        )
    half = sorted(at(it.first, 0.5) for it in found)
    print(f"{'the tenth page, no condition':<42} {at(tenth, 0.5):>10.1f} {at(tenth, 0.95):>8.1f}")
    print(f"{'the middle one of all lists':<42} {half[len(half) // 2]:>10.1f}")
