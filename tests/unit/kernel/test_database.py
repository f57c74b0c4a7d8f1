"""Units of work: nobody is ever told "database is locked", and nothing is told too early."""

import asyncio
import gc
import sqlite3
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing

import pytest
from sqlalchemy import Connection, func, insert
from sqlmodel import col, select

from crm_core.access.tables import Extension, Team
from crm_core.kernel.bus import EventBus
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database, UnitOfWork
from crm_core.kernel.errors import DatabaseBusy, DatabaseUnwritable
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.telling import Telling
from tests.engines import ON_SQLITE

ALL_TEAMS = select(Team.name).order_by(col(Team.name))


def a_team(name: str) -> Team:
    return Team(id=uuid.uuid4(), name=name)


async def team_names(database: Database) -> Sequence[str]:
    async with database.read() as session:
        return [name for name in (await session.exec(ALL_TEAMS)).all() if name.isascii()]


async def test_a_unit_that_ends_well_is_stored(database: Database) -> None:
    async with database.write() as unit:
        unit.session.add(a_team("night"))

    assert await team_names(database) == ["night"]


async def test_a_unit_that_fails_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as unit:
            unit.session.add(a_team("night"))
            await unit.session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    assert await team_names(database) == []


@ON_SQLITE
async def test_those_who_read_and_then_write_all_at_once_lose_nothing(database: Database) -> None:
    async def count_and_add(number: int) -> None:
        async with database.write() as unit:
            known = (await unit.session.exec(select(func.count()).select_from(Team))).one()
            await asyncio.sleep(0)
            unit.session.add(a_team(f"{known:03} {number:03}"))

    await asyncio.gather(*(count_and_add(number) for number in range(50)))

    names = await team_names(database)
    assert [name[:3] for name in names] == [f"{known:03}" for known in range(1, 51)]


async def test_a_reader_does_not_wait_for_an_open_writer(database: Database) -> None:
    async with database.write() as unit:
        unit.session.add(a_team("night"))
        await unit.session.flush()

        assert await team_names(database) == []

    assert await team_names(database) == ["night"]


async def test_a_reader_sees_one_moment(database: Database) -> None:
    async with database.read() as session:
        before = (await session.exec(ALL_TEAMS)).all()
        async with database.write() as unit:
            unit.session.add(a_team("night"))

        assert (await session.exec(ALL_TEAMS)).all() == before


async def test_a_reader_cannot_write(database: Database) -> None:
    async with database.read() as session:
        session.add(a_team("night"))
        with pytest.raises(Exception, match=r"read-?only"):
            await session.flush()


@ON_SQLITE
async def test_another_program_that_holds_the_file_is_waited_for(database_url: str) -> None:
    database = Database.connect(database_url, busy_timeout_seconds=0.05)
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def add() -> None:
        async with database.write() as unit:
            unit.session.add(a_team("night"))

    adding = asyncio.create_task(add())
    assert await team_names(database) == []  # readers go on
    done, _ = await asyncio.wait([adding], timeout=0.3)  # several refusals long
    assert not done
    other.execute("COMMIT")
    other.close()
    await adding

    assert await team_names(database) == ["night"]
    await database.close()


def add_apart(connection: Connection, _telling: Telling) -> None:
    connection.execute(insert(Team).values(id=uuid.uuid4(), name="night"))


async def add_by_unit(database: Database) -> None:
    async with database.write() as unit:
        unit.session.add(a_team("night"))


@ON_SQLITE
@pytest.mark.parametrize("add", [add_by_unit, lambda database: database.write_apart(add_apart)])
async def test_who_waits_for_another_program_and_is_told_to_stop_stops(
    database_url: str, add: Callable[[Database], Awaitable[None]]
) -> None:
    database = Database.connect(database_url)
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    adding = asyncio.ensure_future(add(database))
    await asyncio.wait([adding], timeout=0.2)  # it has gone to SQLite's own waiting
    adding.cancel()
    done, _ = await asyncio.wait([adding], timeout=10)

    assert done
    await database.close()
    other.close()


@ON_SQLITE
async def test_what_is_written_apart_waits_for_another_program_too(database_url: str) -> None:
    database = Database.connect(database_url, busy_timeout_seconds=0.05)
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    adding = asyncio.create_task(database.write_apart(add_apart))
    done, _ = await asyncio.wait([adding], timeout=0.3)  # several refusals long
    assert not done
    other.close()
    await adding

    assert await team_names(database) == ["night"]
    await database.close()


@ON_SQLITE
async def test_a_full_disk_is_said_in_our_words_and_passes(database: Database) -> None:
    async with database.write() as unit:
        connection = await unit.session.connection()
        await connection.exec_driver_sql("PRAGMA max_page_count = 1")  # so it is full as it is

    with pytest.raises(DatabaseUnwritable, match="full"):
        async with database.write() as unit:
            unit.session.add_all(a_team(f"{number:0300}") for number in range(1000))

    async with database.write() as unit:
        connection = await unit.session.connection()
        await connection.exec_driver_sql("PRAGMA max_page_count = 100000")
        unit.session.add(a_team("night"))
    assert await team_names(database) == ["night"]


@ON_SQLITE
async def test_a_program_that_shuts_everybody_out_is_waited_for_by_the_ring_too(
    database_url: str,
) -> None:
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    database = Database.connect(database_url)

    fetching = asyncio.create_task(database.ring.fetch(ALL_TEAMS))
    done, _ = await asyncio.wait([fetching], timeout=0.2)
    assert not done
    other.close()

    assert len(await fetching) == 1
    await database.close()


@ON_SQLITE
async def test_who_is_shut_out_for_too_long_is_told_so_in_our_words(database_url: str) -> None:
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    database = Database.connect(database_url, busy_timeout_seconds=0.05)

    with pytest.raises(DatabaseBusy):
        await team_names(database)

    other.close()
    await database.close()


async def test_a_writer_who_gives_up_waiting_blocks_nobody(database: Database) -> None:
    async def add(name: str) -> None:
        async with database.write() as unit:
            unit.session.add(a_team(name))
            await unit.session.flush()
            await asyncio.sleep(0.001)

    for number in range(20):
        impatient = asyncio.create_task(add(f"gave up {number:02}"))
        await asyncio.wait([impatient], timeout=number / 4000)
        impatient.cancel()
        await asyncio.gather(impatient, return_exceptions=True)
    await add("stayed")

    assert "stayed" in await team_names(database)


@pytest.fixture
def no_clearing_away() -> Iterator[None]:
    """Python leaves everything lying that it does not need any more."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@ON_SQLITE
@pytest.mark.usefixtures("no_clearing_away")
async def test_a_unit_that_is_cut_short_leaves_the_file_to_others(database: Database) -> None:
    async def add_and_look() -> None:
        async with database.write() as unit:
            unit.session.add(a_team("cut short"))
            await unit.session.flush()
            (await unit.session.exec(ALL_TEAMS)).all()
            await asyncio.sleep(0.001)

    outcomes: list[
        object
    ] = []  # kept, for it is the exceptions that know where they have come from
    for number in range(150):
        unit = asyncio.create_task(add_and_look())
        await asyncio.sleep(number % 50 / 4000)
        unit.cancel()
        outcomes += await asyncio.gather(unit, return_exceptions=True)
        with closing(sqlite3.connect(str(database.url.database), timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")


async def test_a_unit_inside_a_unit_is_refused_instead_of_waiting_for_ever(
    database: Database,
) -> None:
    with pytest.raises(RuntimeError, match="inside"):
        async with database.write(), database.write():
            pass


async def test_rows_that_point_nowhere_are_refused(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        async with database.write() as unit:
            unit.session.add(Extension(pbx="main", extension="101", user_id=uuid.uuid4()))


async def test_events_are_published_after_the_commit_and_in_its_order(
    database: Database, bus: EventBus
) -> None:
    seen: list[tuple[uuid.UUID, bool]] = []
    team = a_team("night")

    async def fail() -> None:
        async with database.write() as unit:
            changed(unit, uuid.uuid4())
            raise LookupError

    async def on_record_changed(event: RecordChanged) -> None:
        seen.append((event.record_id, "night" in await team_names(database)))

    bus.subscribe(RecordChanged, handler=on_record_changed)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(bus.run())
        async with database.write() as unit:
            changed(unit, team.id)
            unit.session.add(team)
        with pytest.raises(LookupError):
            await fail()
        await bus.join()
        running.cancel()

    assert seen == [(team.id, True)]


def changed(unit: UnitOfWork, record_id: uuid.UUID) -> None:
    unit.publish(RecordChanged(at=utc_now(), kind="team", record_id=record_id))


async def test_the_ring_reads_what_was_committed_a_moment_ago(database: Database) -> None:
    assert [row.name for row in await database.ring.fetch(ALL_TEAMS)] == ["Основная команда"]
    async with database.write() as unit:
        unit.session.add(a_team("night"))

        assert len(await database.ring.fetch(ALL_TEAMS)) == 1

    assert len(await database.ring.fetch(ALL_TEAMS)) == 2


@ON_SQLITE
async def test_the_ring_reads_without_giving_way(database: Database) -> None:
    coroutine = database.ring.fetch(ALL_TEAMS)
    with pytest.raises(StopIteration) as finished:  # the end of a coroutine that never suspended
        coroutine.send(None)

    assert len(finished.value.value) == 1
