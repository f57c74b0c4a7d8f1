"""A new client's number brings its earlier calls along, if it is nobody else's."""

from dataclasses import replace

import pytest

from crm_core.calls import adoption
from crm_core.kernel.call_facts import Direction
from tests.unit.calls.desk import Desk
from tests.unit.calls.floor import answered, hung_up, ringing
from tests.unit.calls.test_calls import STRANGER, over


async def test_earlier_calls_come_along_with_their_timeline(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    first, missed = over("first", "101"), over("missed", "101", by="nobody")
    other = over("other", "101", number=STRANGER)
    await desk.floor.log(first, missed, other)
    ivanov = await desk.floor.meet("Иванов", "8 916 123-45-67")

    adopted = await desk.adopt(ivanov)

    assert adopted == 2
    assert await desk.timeline_of(ivanov) == {first.call_id, missed.call_id}
    assert set(await desk.listed(anna, client=ivanov)) == {first.call_id, missed.call_id}
    assert (await desk.get(anna, other.call_id)).client is None
    assert await desk.adopt(ivanov) == 0


async def test_a_call_that_goes_on_is_adopted_and_stays_so_to_its_end(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    call = answered(ringing("101"), "101")
    await desk.floor.log(call)
    ivanov = await desk.floor.meet("Иванов", "89161234567")

    await desk.adopt(ivanov)
    await desk.floor.log(hung_up(call))
    after = await desk.get(anna, call.call_id)

    assert after.client is not None
    assert (after.client.id, after.status) == (ivanov, "ended")
    assert await desk.timeline_of(ivanov) == {call.call_id}


async def test_a_call_that_is_not_written_yet_finds_the_new_client_by_itself(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    call = ringing("101")
    ivanov = await desk.floor.meet("Иванов", "89161234567")

    assert await desk.adopt(ivanov) == 0
    await desk.floor.log(call)

    assert (await desk.get(anna, call.call_id)).client is not None
    assert await desk.timeline_of(ivanov) == {call.call_id}


async def test_of_a_shared_number_nobody_knows_who_called(desk: Desk) -> None:
    await desk.floor.hire("Anna", "101")
    await desk.floor.log(over("call", "101"))
    await desk.floor.meet("Иванов", "89161234567")
    petrov = await desk.floor.meet("Петров", "89161234567")

    assert await desk.adopt(petrov) == 0


async def test_a_call_that_has_a_client_keeps_it(desk: Desk) -> None:
    anna = await desk.person(await desk.floor.hire("Anna", "101"))
    call = over("call", "101")
    await desk.floor.log(call)
    petrov = await desk.floor.meet("Петров")
    await desk.choose(anna, call.call_id, petrov)
    ivanov = await desk.floor.meet("Иванов", "89161234567")

    assert await desk.adopt(ivanov) == 0
    assert await desk.timeline_of(petrov) == {call.call_id}


async def test_internal_and_folded_calls_are_nobody_s(desk: Desk) -> None:
    await desk.floor.hire("Anna", "101")
    survivor = over("survivor", "101", number=STRANGER)
    inside = replace(over("inside", "101", number="103"), direction=Direction.INTERNAL)
    folded = replace(over("folded", "101"), merged_into=survivor.call_id)
    await desk.floor.log(survivor, inside, folded)
    client = await desk.floor.meet("Иванов", "103", "89161234567")

    assert await desk.adopt(client) == 0
    assert await desk.timeline_of(client) == set()


async def test_years_of_calls_are_adopted_in_batches(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adoption, "BATCH", 4)
    await desk.floor.hire("Anna", "101")
    calls = [over(f"call {number}", "101") for number in range(11)]
    await desk.floor.log(*calls)
    ivanov = await desk.floor.meet("Иванов", "89161234567")

    assert await desk.adopt(ivanov) == 11
    assert await desk.timeline_of(ivanov) == {call.call_id for call in calls}


async def test_a_client_without_numbers_adopts_nothing(desk: Desk) -> None:
    await desk.floor.log(over("withheld", "101", number=None, is_withheld=True))

    assert await desk.adopt(await desk.floor.meet("Иванов")) == 0
