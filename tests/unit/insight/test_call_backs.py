"""Nobody who called is forgotten: one task a caller, settled by any talk, whatever crashed."""

from dataclasses import replace
from uuid import UUID

import pytest

from crm_core.kernel.call_facts import CallResult, CallSnapshot, Direction
from crm_core.kernel.clock import utc_now
from tests.unit.insight.log import CLIENT, STRANGER, Log, a_call, our_call


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
