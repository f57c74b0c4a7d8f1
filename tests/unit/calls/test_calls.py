"""The call log is read by those who had a part in a call, by their team, and by supervisors."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from crm_core.access.teams import add_team
from crm_core.kernel.call_facts import CallResult, CallSnapshot, Direction, QueueVisit
from crm_core.kernel.errors import NotFound
from tests.unit.calls.desk import Desk
from tests.unit.calls.floor import answered, hung_up, moment, ringing

STRANGER = "+74990000099"


def over(name: str, *extensions: str, by: str | None = None, **more: Any) -> CallSnapshot:
    """A call that has ended; the first phone took it unless `by` says "nobody"."""
    call = ringing(*extensions, name=name, **more)
    return hung_up(call if by == "nobody" else answered(call, by or extensions[0]))


async def test_a_call_is_one_s_own_if_one_s_phone_had_a_part_in_it(desk: Desk) -> None:
    floor = desk.floor
    anna = await desk.person(await floor.hire("Anna", "101"))
    boris = await desk.person(await floor.hire("Boris", "102"))
    both = over("both", "101", "102")
    his = over("his", "102")
    dialled = replace(
        over("dialled", "102", number="102"), direction=Direction.INTERNAL, placed_by="101"
    )
    nobody_s = replace(hung_up(ringing(name="nobody")), legs=())
    await floor.log(both, his, dialled, nobody_s)

    assert set(await desk.listed(anna)) == {both.call_id, dialled.call_id}
    assert set(await desk.listed(boris)) == {both.call_id, his.call_id, dialled.call_id}
    with pytest.raises(NotFound):
        await desk.get(anna, his.call_id)


async def test_a_manager_sees_the_team_s_calls_and_a_supervisor_all(desk: Desk) -> None:
    floor = desk.floor
    async with floor.database.write() as unit:
        north = (await add_team(unit, "Север")).id
    anna = await floor.hire("Anna", "101")
    await desk.person(await floor.hire("Boris", "102"), team_id=north)
    await floor.directory.reload(floor.database)
    manager = await desk.person(await floor.hire("Marina"), role="manager")
    northern = await desk.person(await floor.hire("Nina"), role="manager", team_id=north)
    supervisor = await desk.person(await floor.hire("Vera"), role="supervisor")
    guest = await desk.person(anna, role="guest")
    hers, his = over("hers", "101"), over("his", "102")
    await floor.log(hers, his)

    assert await desk.listed(manager) == [hers.call_id]
    assert await desk.listed(northern) == [his.call_id]
    assert set(await desk.listed(supervisor)) == {hers.call_id, his.call_id}
    assert await desk.listed(guest) == []
    for call in (hers, his):
        with pytest.raises(NotFound):
            await desk.get(guest, call.call_id)


async def test_a_forbidden_call_and_an_unknown_one_are_told_apart_by_nothing(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    await desk.floor.hire("Boris", "102")
    his = over("his", "102")
    await desk.floor.log(his)

    for call_id in (his.call_id, uuid4()):
        with pytest.raises(NotFound, match=r"^no such call$"):
            await desk.get(anna, call_id)
        with pytest.raises(NotFound, match=r"^no such call$"):
            await desk.note(anna, call_id, "чужое")


async def test_a_folded_consultation_is_not_listed_and_answers_with_the_survivor(
    desk: Desk,
) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    survivor = over("survivor", "101")
    folded = replace(over("folded", "101"), merged_into=survivor.call_id)
    twice = replace(over("twice", "101"), merged_into=folded.call_id)
    await desk.floor.log(survivor, folded, twice)

    assert await desk.listed(anna) == [survivor.call_id]
    for call in (survivor, folded, twice):
        assert (await desk.get(anna, call.call_id)).id == survivor.call_id


async def test_calls_folded_into_each_other_end_the_search(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    one, two = over("one", "101"), over("two", "101")
    await desk.floor.log(
        replace(one, merged_into=two.call_id), replace(two, merged_into=one.call_id)
    )

    assert (await desk.get(anna, one.call_id)).id in {one.call_id, two.call_id}


async def test_a_live_call_is_shown_before_it_is_written_to_those_it_concerns(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    boris = await desk.person(await desk.floor.hire("Boris", "102"))
    vera = await desk.person(await desk.floor.hire("Vera"), role="supervisor")
    call = ringing("101")
    desk.live[call.call_id] = call

    assert (await desk.get(anna, call.call_id)).number == "+79161234567"
    assert (await desk.get(vera, call.call_id)).status == "ringing"
    with pytest.raises(NotFound):
        await desk.get(boris, call.call_id)


async def test_a_written_call_looks_as_the_live_one_did(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    visit = QueueVisit(name="sales", entered_at=moment(0), left_at=moment(1))
    call = hung_up(answered(ringing("101", queues=(visit,)), "101"))
    desk.live[call.call_id] = call
    before = await desk.get(anna, call.call_id)
    await desk.floor.log(call)

    assert await desk.get(anna, call.call_id) == before


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"number": "8 (916) 123-45-67"}, {"in", "missed"}),
        ({"number": "скрыт"}, set()),
        ({"queue": "sales"}, {"in"}),
        ({"direction": Direction.OUTBOUND}, {"out"}),
        ({"result": [CallResult.ABANDONED]}, {"missed"}),
        ({"result": []}, set()),
        ({"direction": Direction.INBOUND, "result": [CallResult.ANSWERED]}, {"in", "withheld"}),
        ({}, {"in", "out", "missed", "withheld"}),
    ],
)
async def test_conditions_hold_together(
    desk: Desk, query: dict[str, object], expected: set[str]
) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    visit = QueueVisit(name="sales", entered_at=moment(0), left_at=moment(1))
    calls = {
        "in": over("in", "101", queues=(visit,)),
        "out": over("out", "101", number=STRANGER, direction=Direction.OUTBOUND),
        "missed": over("missed", "101", by="nobody"),
        "withheld": over("withheld", "101", number=None, is_withheld=True),
    }
    await desk.floor.log(*calls.values())

    assert set(await desk.listed(anna, **query)) == {calls[name].call_id for name in expected}


async def test_a_client_s_calls_are_listed(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    client = await desk.floor.meet("Иванов", "89161234567")
    his, other = over("his", "101"), over("other", "101", number=STRANGER)
    await desk.floor.log(his, other)

    assert await desk.listed(anna, client=client) == [his.call_id]
    assert await desk.listed(anna, client=uuid4()) == []
