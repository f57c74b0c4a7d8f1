"""Units written apart: beside the event loop on SQLite, and units like all others to everybody."""

import asyncio
import threading
import uuid

import pytest
from sqlalchemy import Connection, insert
from sqlmodel import select

from crm_core.access.tables import Team
from crm_core.kernel.bus import EventBus
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.outbox_tables import OutboxEntry
from crm_core.kernel.telling import Telling
from tests.engines import ON_SQLITE
from tests.unit.kernel.test_database import ALL_TEAMS, a_team, team_names


async def test_who_writes_apart_takes_turns_with_the_others_and_tells_like_them(
    database: Database, bus: EventBus
) -> None:
    told: list[RecordChanged] = []

    async def on_record_changed(event: RecordChanged) -> None:
        told.append(event)

    def hire_the_night(connection: Connection, telling: Telling) -> None:
        names = connection.execute(ALL_TEAMS).scalars().all()
        assert "day" in names
        team_id = uuid.uuid4()
        connection.execute(insert(Team), {"id": team_id, "name": "night"})
        telling.publish(RecordChanged(at=utc_now(), kind="team", record_id=team_id))
        telling.tell("team.created", team_id)

    bus.subscribe(RecordChanged, handler=on_record_changed)
    running = asyncio.create_task(bus.run())
    with database.outbox_signal() as signal:
        async with database.write() as unit:
            unit.session.add(a_team("day"))
            await unit.session.flush()
            writing = asyncio.create_task(database.write_apart(hire_the_night))
            await asyncio.sleep(0)
        await writing
        await signal.wait()
    await bus.join()
    running.cancel()

    assert await team_names(database) == ["day", "night"]
    assert [event.kind for event in told] == ["team"]


async def test_of_a_unit_written_apart_that_fails_nothing_stays(database: Database) -> None:
    def fail(connection: Connection, telling: Telling) -> None:
        connection.execute(insert(Team), {"id": uuid.uuid4(), "name": "night"})
        telling.tell("team.created", uuid.uuid4())
        raise LookupError

    with pytest.raises(LookupError):
        await database.write_apart(fail)

    assert await team_names(database) == []
    async with database.read() as session:
        assert (await session.exec(select(OutboxEntry))).all() == []


@ON_SQLITE
async def test_who_is_stopped_while_writing_apart_has_written_whole(database: Database) -> None:
    loop, begun, may_go_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def write_slowly(connection: Connection, _telling: Telling) -> None:
        connection.execute(insert(Team), {"id": uuid.uuid4(), "name": "night"})
        loop.call_soon_threadsafe(begun.set)
        may_go_on.wait(10)

    writing = asyncio.create_task(database.write_apart(write_slowly))
    await begun.wait()
    writing.cancel()
    await asyncio.sleep(0)
    may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await writing
    async with database.write() as unit:  # nobody is in the way
        unit.session.add(a_team("day"))

    assert await team_names(database) == ["day", "night"]
