"""A queue that wants a result of every talk: none is put aside without one, none taken back."""

from dataclasses import replace

import pytest

from crm_core.access.permissions import Person
from crm_core.calls.queue_settings import QueueDraft, add_queue
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.errors import Forbidden, InvalidValue, NotFound
from tests.unit.calls.desk import Desk
from tests.unit.calls.floor import hung_up, ringing
from tests.unit.calls.test_calls import over


@pytest.fixture
async def anna(desk: Desk) -> Person:
    return await desk.person(await desk.floor.hire("Anna", "101"))


async def describe(desk: Desk, by: Person, *, is_required: bool = True) -> None:
    draft = QueueDraft(
        pbx="main",
        name="sales",
        title="Продажи",
        is_disposition_required=is_required,
        wrap_up_seconds=None,
        dispositions=(),
    )
    async with desk.floor.database.write() as unit:
        await add_queue(unit, draft, by=by.user_id)


async def talk(desk: Desk, *, queue: str | None = "sales") -> CallSnapshot:
    call = replace(over("call", "101"), queue=queue)
    await desk.floor.log(call)
    return call


async def test_a_talk_is_not_put_aside_before_it_is_said_what_came_of_it(
    desk: Desk, anna: Person
) -> None:
    await describe(desk, anna)
    call = await talk(desk)

    with pytest.raises(InvalidValue) as refusal:
        await desk.finish(anna, call.call_id)
    assert (refusal.value.field, refusal.value.reason) == ("disposition", "result_required")

    await desk.dispose(anna, call.call_id, "offer")
    assert (await desk.finish(anna, call.call_id)).disposition == "offer"
    with pytest.raises(InvalidValue):
        await desk.dispose(anna, call.call_id, None)
    assert (await desk.get(anna, call.call_id)).disposition == "offer"


async def test_other_queues_and_calls_without_one_want_nothing(desk: Desk, anna: Person) -> None:
    await describe(desk, anna)
    for queue in ("support", None):
        call = await talk(desk, queue=queue)
        assert (await desk.finish(anna, call.call_id)).disposition is None


async def test_a_queue_that_does_not_insist_lets_go(desk: Desk, anna: Person) -> None:
    await describe(desk, anna, is_required=False)
    call = await talk(desk)

    assert (await desk.finish(anna, call.call_id)).disposition is None


async def test_a_call_that_nobody_answered_needs_no_result(desk: Desk, anna: Person) -> None:
    await describe(desk, anna)
    call = hung_up(replace(ringing("101"), queue="sales"))
    await desk.floor.log(call)

    assert (await desk.finish(anna, call.call_id)).disposition is None


async def test_nobody_puts_aside_what_they_may_not_work_on(desk: Desk, anna: Person) -> None:
    await describe(desk, anna)
    call = await talk(desk)
    boris = await desk.person(await desk.floor.hire("Boris", "102"))

    with pytest.raises((NotFound, Forbidden)):
        await desk.finish(boris, call.call_id)
