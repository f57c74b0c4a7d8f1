"""The outbox: what follows from a row is told with it, once, in order, whatever fails."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlmodel import select

from crm_core.access.tables import Team
from crm_core.kernel.database import Database, UnitOfWork
from crm_core.kernel.outbox import OutboxHandler, follow
from crm_core.kernel.outbox_tables import OutboxEntry


async def tell(database: Database, *kinds: str) -> None:
    async with database.write() as unit:
        for kind in kinds:
            unit.tell(kind, uuid.uuid4(), {"of": kind})


@asynccontextmanager
async def following(database: Database, handler: OutboxHandler) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        follower = tasks.create_task(follow(database, "reader", handler))
        yield
        follower.cancel()


async def test_a_unit_that_fails_tells_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as unit:
            unit.tell("call.ended", uuid.uuid4())
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    async with database.read() as session:
        assert (await session.exec(select(OutboxEntry))).all() == []


async def test_a_reader_gets_what_was_told_before_it_came_and_after(database: Database) -> None:
    seen: list[str] = []
    is_fourth = asyncio.Event()

    async def handle(_unit: UnitOfWork, entry: OutboxEntry) -> None:
        assert entry.payload == {"of": entry.kind}
        seen.append(entry.kind)
        if len(seen) == 4:
            is_fourth.set()

    await tell(database, "one", "two")
    async with following(database, handle):
        await tell(database, "three")
        await tell(database, "four")
        await is_fourth.wait()

    assert seen == ["one", "two", "three", "four"]


async def test_a_reader_goes_on_where_it_was_stopped(database: Database) -> None:
    seen: list[str] = []
    handled = asyncio.Event()

    async def handle(_unit: UnitOfWork, entry: OutboxEntry) -> None:
        seen.append(entry.kind)
        handled.set()

    await tell(database, "one")
    async with following(database, handle):
        await handled.wait()
        async with database.write():
            pass  # the handler's own unit has ended
    handled.clear()
    await tell(database, "two")
    async with following(database, handle):
        await handled.wait()

    assert seen == ["one", "two"]


async def test_an_effect_is_written_once_although_its_handler_failed_at_first(
    database: Database,
) -> None:
    tries = 0
    done = asyncio.Event()

    async def make_a_team(unit: UnitOfWork, entry: OutboxEntry) -> None:
        nonlocal tries
        tries += 1
        unit.session.add(Team(id=entry.record_id, name=f"{entry.kind} {tries}"))
        await unit.session.flush()
        if tries == 1:
            raise ConnectionError("the first time fails")
        if entry.kind == "two":
            done.set()

    await tell(database, "one", "two")
    async with following(database, make_a_team):
        await done.wait()
        async with database.write():
            pass

    async with database.read() as session:
        names = set((await session.exec(select(Team.name))).all())
    assert names == {"Основная команда", "one 2", "two 3"}


async def test_two_readers_of_one_name_share_the_rows(database: Database) -> None:
    seen: list[int | None] = []
    is_last = asyncio.Event()

    async def handle(_unit: UnitOfWork, entry: OutboxEntry) -> None:
        seen.append(entry.id)
        if entry.kind == "last":
            is_last.set()

    for _ in range(20):
        await tell(database, "row")
    await tell(database, "last")
    async with following(database, handle), following(database, handle):
        await is_last.wait()

    assert seen == sorted(set(seen), key=lambda row: row or 0)
    assert len(seen) == 21


async def test_no_row_appears_behind_one_that_was_already_seen(database: Database) -> None:
    async def tell_slowly(number: int) -> None:
        async with database.write() as unit:
            unit.tell(f"{number}", uuid.uuid4())
            await unit.session.exec(select(Team))
            for _ in range(number % 7):
                await asyncio.sleep(0)

    async def seen_ids() -> list[int]:
        async with database.read() as session:
            return [row for row in (await session.exec(select(OutboxEntry.id))).all() if row]

    seen: list[int] = []
    async with asyncio.TaskGroup() as tasks:
        telling = [tasks.create_task(tell_slowly(number)) for number in range(60)]
        while not all(task.done() for task in telling):
            now = sorted(await seen_ids())
            assert now[: len(seen)] == seen
            seen = now

    assert len(await seen_ids()) == 60
