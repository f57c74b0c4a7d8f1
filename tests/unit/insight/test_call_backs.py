"""Nobody who called is forgotten: one task a caller, settled by any talk, whatever crashed."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from sqlmodel import col, delete, func, select

from crm_core.calls.agents import AgentDirectory
from crm_core.calls.call_log import CallWriter
from crm_core.insight import call_backs
from crm_core.kernel.call_facts import CallResult, CallSnapshot, Direction
from crm_core.kernel.clock import utc_now
from crm_core.kernel.outbox import follow
from crm_core.kernel.outbox_tables import OutboxCursor, OutboxEntry
from crm_core.sales.task_view import TaskView
from tests.unit.calls.floor import answered, hung_up, ringing
from tests.unit.sales.conftest import SalesFloor

CLIENT = "89161234567"  # Мария's, in the floor's base
STRANGER = "89035550000"


class Log:
    """The call log, and the rule that reads what it tells."""

    def __init__(self, floor: SalesFloor) -> None:
        self.floor = floor
        self._writer = CallWriter(floor.database, AgentDirectory(), {"main": "RU"})

    async def write(self, *calls: CallSnapshot) -> None:
        self._writer.put("main", calls)
        await self._writer.flush()
        await self.caught_up()

    async def caught_up(self) -> None:
        """Let the rule read everything that was told so far."""
        reading = asyncio.create_task(
            follow(self.floor.database, call_backs.READER, call_backs.on_outbox_entry)
        )
        try:
            for _ in range(500):
                if await self._is_read():
                    break
                await asyncio.sleep(0.01)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _is_read(self) -> bool:
        async with self.floor.database.read() as session:
            newest = (await session.exec(select(func.max(OutboxEntry.id)))).one()
            cursor = await session.get(OutboxCursor, call_backs.READER)
        return newest is None or (cursor is not None and cursor.position >= newest)

    async def read_again(self) -> None:
        """As if the cursor had been lost: everything is told a second time."""
        async with self.floor.database.write() as unit:
            await unit.session.exec(
                delete(OutboxCursor).where(col(OutboxCursor.reader) == call_backs.READER)
            )
        await self.caught_up()

    async def owed(self) -> list[TaskView]:
        return await self.floor.tasks(self.floor.vera, kind="callback")


@pytest.fixture
async def log(floor: SalesFloor) -> Log:
    return Log(floor)


def a_call(name: str, number: str | None, *, ago: float = 60, talked: bool = False) -> CallSnapshot:
    """An ended inbound call that ended some minutes ago."""
    end = utc_now() - timedelta(minutes=ago)
    call = replace(
        ringing("101", number=number),
        call_id=uuid5(NAMESPACE_URL, name),
        started_at=end - timedelta(seconds=30),
        queue=None,
    )
    return hung_up(answered(call, "101", end), at=end) if talked else hung_up(call, at=end)


def our_call(name: str, number: str, *, ago: float, answered_at: datetime) -> CallSnapshot:
    """A call that one of ours has made."""
    call = a_call(name, number, ago=ago, talked=True)
    return replace(call, direction=Direction.OUTBOUND, placed_by="101", answered_at=answered_at)


async def test_an_unanswered_client_is_owed_one_call_by_who_answers_for_them(log: Log) -> None:
    await log.write(a_call("1", CLIENT))

    (task,) = await log.owed()
    assert (task.made_by, task.times, task.number) == ("missed_call", 1, "+79161234567")
    assert task.client
    assert task.client.id == log.floor.client.id
    assert task.assignee
    assert task.assignee.id == log.floor.anna.user_id


async def test_a_stranger_is_owed_a_call_by_anybody_of_the_team(log: Log) -> None:
    await log.write(a_call("1", STRANGER))

    (task,) = await log.owed()
    assert (task.client, task.assignee, task.number) == (None, None, "+79035550000")


async def test_however_often_they_call_it_is_one_task_that_counts(log: Log) -> None:
    await log.write(a_call("1", CLIENT, ago=9), a_call("2", CLIENT, ago=8))
    await log.write(a_call("3", CLIENT, ago=7))

    (task,) = await log.owed()
    assert task.times == 3


async def test_a_talk_in_either_direction_settles_it(log: Log) -> None:
    await log.write(a_call("1", CLIENT, ago=9), a_call("2", STRANGER, ago=9))
    await log.write(a_call("3", CLIENT, ago=5, talked=True))
    assert [task.number for task in await log.owed()] == ["+79035550000"]

    await log.write(our_call("4", STRANGER, ago=4, answered_at=utc_now()))

    assert await log.owed() == []
    done = await log.floor.tasks(log.floor.vera, state="done")
    assert {task.outcome for task in done} == {"done"}
    assert {task.done_by for task in done} == {None}


async def test_a_call_of_ours_that_nobody_took_settles_nothing(log: Log) -> None:
    await log.write(a_call("1", CLIENT, ago=9))
    in_vain = replace(
        a_call("2", CLIENT, ago=5), direction=Direction.OUTBOUND, result=CallResult.NO_ANSWER
    )

    await log.write(in_vain)

    assert len(await log.owed()) == 1


async def test_told_a_second_time_nothing_is_owed_twice(log: Log) -> None:
    await log.write(a_call("1", CLIENT, ago=9))
    await log.write(a_call("2", STRANGER, ago=8), a_call("3", STRANGER, ago=7, talked=True))
    before = await ids(log)

    await log.read_again()

    assert await ids(log) == before


async def ids(log: Log) -> set[UUID]:
    return {task.id for task in await log.floor.tasks(log.floor.vera, state="all")}


async def test_a_missed_call_told_after_the_talk_that_settled_it_owes_nothing(log: Log) -> None:
    await log.write(a_call("2", CLIENT, ago=5, talked=True))
    await log.write(a_call("1", CLIENT, ago=9))

    assert await log.owed() == []


@pytest.mark.parametrize(
    "call",
    [
        a_call("withheld", None),
        a_call("old", CLIENT, ago=60 * 24 * 4),
        replace(a_call("internal", "102"), direction=Direction.INTERNAL),
    ],
    ids=["withheld", "of last week", "internal"],
)
async def test_some_calls_are_nobody_s_debt(log: Log, call: CallSnapshot) -> None:
    await log.write(call)

    assert await log.owed() == []
