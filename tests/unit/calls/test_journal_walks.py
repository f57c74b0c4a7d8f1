"""A list of one person's calls, or one queue's, walks along these and finds what all calls tell."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event, update

from crm_core.access.tables import Extension
from crm_core.kernel.call_facts import CallResult, CallSnapshot, CallStatus, Leg, QueueVisit
from crm_core.kernel.upsert import table_of
from tests.engines import ON_SQLITE
from tests.unit.calls.desk import Desk
from tests.unit.calls.floor import Floor, answered, hung_up, moment, ringing
from tests.unit.calls.stored import rows

WALK = "SCAN call USING INDEX ix_call_started"
PHONES, QUEUES = ("101", "102", "103"), ("sales", "support")
SEATS = ("placed_by_user_id", "handled_by_user_id")
EXTENSION = table_of(Extension)


def a_call(number: int, dice: random.Random) -> CallSnapshot:
    """An ended call: it went through some queues, rang at some phones, one may have answered."""
    at = moment(number * 60)
    visits = tuple(
        QueueVisit(name=dice.choice(QUEUES), entered_at=at) for _ in range(dice.randrange(3))
    )
    call = ringing(dice.choice(PHONES), name=f"{number}", queues=visits, started_at=at)
    others = tuple(Leg(key=f"{it}.x", extension=it, rang_at=at) for it in dice.sample(PHONES, 2))
    call = replace(call, legs=(*call.legs, *others))
    if dice.random() < 0.3:
        call = replace(call, placed_by=dice.choice(PHONES))
    if dice.random() < 0.6:
        call = answered(call, call.legs[0].extension or "")
    return hung_up(call)


def phones_of(call: CallSnapshot) -> set[str | None]:
    return {call.placed_by, call.handled_by, *(leg.extension for leg in call.legs)}


async def pages(desk: Desk, person: Any, **query: Any) -> list[UUID]:
    """A list to its end, by pages of three."""
    found: list[UUID] = []
    cursor = None
    while True:
        page = await desk.page(person, **query, limit=3, cursor=cursor)
        found += [call.id for call in page.items]
        if (cursor := page.next_cursor) is None:
            return found


def newest_first(calls: Sequence[CallSnapshot]) -> list[UUID]:
    order = sorted(calls, key=lambda call: (call.started_at, call.call_id.hex), reverse=True)
    return [call.call_id for call in order]


@pytest.mark.parametrize("seed", range(4))
async def test_every_list_is_what_all_calls_tell(desk: Desk, seed: int) -> None:
    floor, dice = desk.floor, random.Random(seed)
    people = {
        phone: await desk.person(await floor.hire(f"Agent {phone}", phone)) for phone in PHONES
    }
    vera = await desk.person(await floor.hire("Vera"), role="supervisor")
    egor = await desk.person(await floor.hire("Egor"), role="manager")
    calls = [a_call(number, dice) for number in range(14)]
    told_otherwise = [replace(call, legs=call.legs[:1]) for call in calls if dice.random() < 0.4]
    later = timedelta(seconds=30)
    moved = [replace(call, started_at=call.started_at - later) for call in calls[::5]]
    await floor.log(*calls)
    await floor.log(*told_otherwise)
    await floor.log(*moved)
    now = {call.call_id: call for call in (*calls, *told_otherwise, *moved)}.values()

    for phone, person in people.items():
        own = newest_first([call for call in now if phone in phones_of(call)])
        assert await pages(desk, person) == own
        assert await pages(desk, person, user=person.user_id) == own
        assert await pages(desk, vera, user=person.user_id) == own
        assert await pages(desk, egor, user=person.user_id) == own  # they are of his team
        for queue in QUEUES:
            both = [call for call in now if queue in {visit.name for visit in call.queues}]
            in_queue = set(newest_first(both))
            assert await pages(desk, vera, queue=queue) == newest_first(both)
            assert await pages(desk, egor, queue=queue) == newest_first(both)
            left = await pages(desk, vera, not_returned=True, has_client=False)
            asked = {"queue": queue, "not_returned": True}
            assert await pages(desk, vera, **asked) == [it for it in left if it in in_queue]
            within = {"queue": queue, "answered_within": 3_600}
            assert set(await pages(desk, vera, **within)) <= in_queue
            assert set(await pages(desk, person, **within)) <= set(own) & in_queue
            assert await pages(desk, person, queue=queue) == [it for it in own if it in in_queue]
            asked = {"user": person.user_id, "queue": queue}
            assert await pages(desk, vera, **asked) == [it for it in own if it in in_queue]
        begin, end = moment(180), moment(500)
        between = [call for call in now if begin <= call.started_at < end]
        in_time = set(newest_first(between))
        period = {"from_at": begin, "to_at": end}
        assert await pages(desk, person, **period) == [it for it in own if it in in_time]
        assert await pages(desk, vera, **period) == newest_first(between)


async def move_in(floor: Floor, phone: str, user_id: UUID) -> None:
    """From now on somebody else sits at this phone."""
    async with floor.database.write() as unit:
        connection = await unit.session.connection()
        seat = update(EXTENSION).where(EXTENSION.c.extension == phone)
        await connection.execute(seat.values(user_id=user_id))
    await floor.directory.reload(floor.database)


def changed(call: CallSnapshot, dice: random.Random) -> CallSnapshot:
    """The same call, told a little otherwise."""
    match dice.randrange(6):
        case 0:
            return replace(call, placed_by=dice.choice((None, *PHONES)))
        case 1:
            return replace(call, handled_by=dice.choice((None, *PHONES)))
        case 2:
            return replace(call, legs=call.legs[: dice.randrange(4)])
        case 3:
            visit = QueueVisit(name=dice.choice(QUEUES), entered_at=call.started_at)
            return replace(call, queues=dice.choice(((), (visit,))))
        case 4:
            return replace(call, started_at=call.started_at - timedelta(seconds=1))
        case _:
            return call


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_calls_are_told_as_what_is_walked_along_is_what_their_rows_tell(
    floor: Floor, seed: int
) -> None:
    dice = random.Random(seed)
    people = [await floor.hire(f"Agent {phone}", phone) for phone in PHONES]
    calls = [a_call(number, dice) for number in range(4)]
    for _ in range(25):
        if dice.random() < 0.3:
            await move_in(floor, dice.choice(PHONES), dice.choice(people))
        at = dice.sample(range(4), 2)
        for one in at:
            calls[one] = changed(calls[one], dice)
        await floor.log(*(calls[one] for one in at))

    stored = await rows(floor.database)
    began = {call["id"]: call["started_at"] for call in stored["Call"]}
    seats = {(call["id"], call[column]) for call in stored["Call"] for column in SEATS}
    seats |= {(leg["call_id"], leg["user_id"]) for leg in stored["CallLeg"]}
    visits = {(visit["call_id"], visit["name"]) for visit in stored["CallQueueVisit"]}
    assert as_noted(stored["CallOfPerson"], "user_id") == {
        (call_id, user, began[call_id]) for call_id, user in seats if user
    }
    assert as_noted(stored["CallOfQueue"], "name") == {
        (call_id, name, began[call_id]) for call_id, name in visits
    }


def as_noted(found: list[dict[str, Any]], key: str) -> set[tuple[Any, ...]]:
    return {(row["call_id"], row[key], row["started_at"]) for row in found}


@ON_SQLITE
@pytest.mark.parametrize(
    "asked",
    [
        {"status": (CallStatus.RINGING, CallStatus.QUEUED)},
        {"result": (CallResult.BUSY,)},
        {"queue": "nowhere"},
        {"user": uuid4()},
    ],
)
async def test_what_no_call_is_needs_no_walk_along_all_of_them(
    desk: Desk, asked: dict[str, Any]
) -> None:
    vera = await desk.person(await desk.floor.hire("Vera"), role="supervisor")
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _k: Any, statement: str, values: Any, _x: Any, _many: bool) -> None:
        if ".started_at DESC" in statement:
            seen.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert await desk.listed(vera, **asked) == []
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    ((statement, values),) = seen
    async with desk.floor.database.read() as session:
        connection = await session.connection()
        found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        plan = [str(row.detail) for row in found]

    assert plan
    assert not any(step.startswith(WALK) for step in plan), plan
