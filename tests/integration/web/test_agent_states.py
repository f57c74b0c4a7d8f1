"""The log of what agents did: nothing stays open, whatever became of the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count

import pytest
from sqlmodel import select

from crm_core.calls.agents.tables import AgentStateSpan
from crm_core.insight.state_log import StateLog, close_cut_spans
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from tests.integration.web.office import Office
from tests.integration.web.queue_places import Pbx, until


@asynccontextmanager
async def kept(office: Office) -> AsyncIterator[None]:
    """The log is kept while the block runs."""
    keeping = asyncio.create_task(StateLog(office.database, office.agents.floor).run())
    yield
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def spans(office: Office) -> list[AgentStateSpan]:
    """What the log has of Anna."""
    async with office.database.read() as session:
        query = select(AgentStateSpan).where(AgentStateSpan.extension == "101")
        found = (await session.exec(query)).all()
    return sorted(found, key=lambda span: span.from_at)


async def until_states(office: Office, *states: str) -> list[AgentStateSpan]:
    async def are_so() -> bool:
        return [span.state for span in await spans(office)] == list(states)

    await until(are_so)
    return await spans(office)


async def test_a_stop_just_after_a_commit_still_closes_what_was_written(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.hire("anna", extension="101")
    await Pbx(office).comes_up()
    write, written = office.database.write, count(1)

    @asynccontextmanager
    async def stopped_after_the_first_rows() -> AsyncIterator[UnitOfWork]:
        async with write() as unit:
            yield unit
        if next(written) == 2:  # the first closes what a dead server left
            keeping.cancel()
            await asyncio.sleep(0)

    monkeypatch.setattr(office.database, "write", stopped_after_the_first_rows)
    keeping = asyncio.create_task(StateLog(office.database, office.agents.floor).run())
    await asyncio.wait([keeping])

    (ready,) = await spans(office)
    assert ready.to_at is not None


async def test_each_state_begins_where_the_last_one_ended(office: Office) -> None:
    anna = await office.hire("anna", extension="101")
    pbx = Pbx(office)
    await pbx.comes_up()
    async with kept(office):
        await until_states(office, "ready")
        await office.agents.pauses.pause(anna, "lunch")
        ready, paused = await until_states(office, "ready", "paused")
        await office.agents.pauses.pause(anna, "meeting")
        _, lunch, meeting = await until_states(office, "ready", "paused", "paused")
    assert (ready.to_at, paused.reason, paused.to_at) == (paused.from_at, "lunch", None)
    assert (lunch.to_at, meeting.reason) == (meeting.from_at, "meeting")
    *_, stopped = await spans(office)
    assert stopped.to_at is not None
    assert not stopped.is_cut


async def test_what_a_dead_server_left_open_is_closed_where_it_was_last_seen(
    office: Office,
) -> None:
    anna = await office.hire("anna", extension="101")
    seen = utc_now() - timedelta(minutes=5)
    async with office.database.write() as unit:
        unit.session.add(
            AgentStateSpan(
                id=anna,
                user_id=anna,
                pbx="main",
                extension="101",
                state="on_call",
                from_at=seen - timedelta(minutes=1),
                seen_at=seen,
            )
        )
    async with office.database.write() as unit:
        await close_cut_spans(unit.session, utc_now())

    talk, nobody_knows = await spans(office)
    assert (talk.state, talk.to_at, talk.is_cut) == ("on_call", seen, True)
    assert (nobody_knows.state, nobody_knows.from_at) == ("lost", seen)
    assert nobody_knows.to_at is not None
    async with office.database.write() as unit:
        await close_cut_spans(unit.session, utc_now())
    assert len(await spans(office)) == 2
