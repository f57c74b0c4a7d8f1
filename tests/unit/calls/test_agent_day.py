"""An agent's day: what was done since midnight where the agent is, and who still waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crm_core.access.permissions import Person
from crm_core.calls.agents.day import AgentDay, get_day
from crm_core.kernel.call_facts import CallResult, CallSnapshot, Direction
from tests.unit.calls.desk import Desk
from tests.unit.calls.floor import answered, hung_up, ringing, with_leg
from tests.unit.calls.test_calls import STRANGER

EVENING = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)  # in Moscow


def at(hour: float, *extensions: str, by: str | None = None, **more: Any) -> CallSnapshot:
    """A call so many hours after midnight in Moscow; taken by `by`, or by nobody."""
    began = MIDNIGHT + timedelta(hours=hour)
    call = ringing(*extensions, name=f"at {hour}", **more)
    call = replace(call, started_at=began)
    if by:
        call = with_leg(answered(call, by, began), by, talk_seconds=30.0)
    return hung_up(call, at=began + timedelta(seconds=60))


async def day_of(desk: Desk, person: Person, now: datetime = EVENING) -> AgentDay:
    async with desk.floor.database.read() as session:
        return await get_day(session, person, now)


async def anna_of(desk: Desk, **changes: Any) -> Person:
    await desk.floor.hire("Boris", "102")
    return await desk.person(await desk.floor.hire("Anna", "101"), **changes)


async def test_a_day_counts_what_one_did_and_not_what_colleagues_took(desk: Desk) -> None:
    anna = await anna_of(desk)
    taken = at(9, "101", "102", by="101")
    elsewhere = at(10, "101", "102", by="102", number=STRANGER)
    missed = at(11, "101", number="+74990000011")
    dialled = replace(
        at(12, "101", by="101", number=STRANGER), direction=Direction.OUTBOUND, placed_by="101"
    )
    in_vain = replace(
        at(13, "101", number=STRANGER),
        direction=Direction.OUTBOUND,
        placed_by="101",
        result=CallResult.NO_ANSWER,
    )
    await desk.floor.log(taken, elsewhere, missed, dialled, in_vain)

    day = await day_of(desk, anna)

    assert (day.calls, day.answered, day.missed, day.talk_seconds) == (4, 2, 1, 60.0)
    assert [call.id for call in day.missed_calls] == [missed.call_id]
    assert [call.id for call in day.recent_calls] == [
        call.call_id for call in (in_vain, dialled, missed, taken)
    ]


async def test_who_was_spoken_to_since_waits_no_more(desk: Desk) -> None:
    anna = await anna_of(desk)
    early, late = at(9, "101"), at(12, "101")
    by_boris = replace(
        at(11, "102", by="102"), direction=Direction.OUTBOUND, placed_by="102", legs=()
    )
    await desk.floor.log(early, by_boris, late)

    day = await day_of(desk, anna)

    assert [call.id for call in day.missed_calls] == [late.call_id]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("Europe/Moscow", 1), ("Asia/Yekaterinburg", 2), ("America/New_York", 1), ("Nowhere", 1)],
)
async def test_today_begins_at_one_s_own_midnight(desk: Desk, zone: str, expected: int) -> None:
    anna = await anna_of(desk, time_zone=zone)
    await desk.floor.log(at(-1, "101", by="101"), at(9, "101", by="101"))

    assert (await day_of(desk, anna)).calls == expected


async def test_who_dials_a_colleague_talks_without_a_leg_of_their_own(desk: Desk) -> None:
    anna = await anna_of(desk)
    inside = replace(
        at(9, "102", by="102", number="102"), direction=Direction.INTERNAL, placed_by="101"
    )
    await desk.floor.log(inside)

    day = await day_of(desk, anna)

    assert (day.calls, day.answered, day.talk_seconds) == (1, 1, 30.0)


async def test_folded_consultations_are_not_counted_twice(desk: Desk) -> None:
    anna = await anna_of(desk)
    call = at(9, "101", by="101")
    await desk.floor.log(call, replace(at(10, "101", by="101"), merged_into=call.call_id))

    assert (await day_of(desk, anna)).calls == 1


async def test_a_long_day_shows_the_newest_and_counts_all(desk: Desk) -> None:
    anna = await anna_of(desk)
    calls = [at(9 + number / 10, "101", number=f"+7499000{number:04}") for number in range(25)]
    await desk.floor.log(*calls)

    day = await day_of(desk, anna)

    assert (day.calls, day.missed) == (25, 25)
    assert [call.id for call in day.missed_calls] == [call.call_id for call in calls[:4:-1]]


async def test_a_day_without_calls_is_empty(desk: Desk) -> None:
    day = await day_of(desk, await anna_of(desk))

    assert (day.calls, day.answered, day.missed, day.talk_seconds) == (0, 0, 0, 0.0)
