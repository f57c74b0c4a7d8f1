"""Calls that one places oneself, and calls of colleagues: who sees what of them."""

from uuid import UUID

from crm_core.calls.card import Card
from crm_core.kernel.call_facts import CallResult, Direction, Leg
from tests.unit.calls.floor import CALLER, Floor, hung_up, ringing


def shown_card(floor: Floor, user_id: UUID) -> Card:
    (shown,) = floor.screen(user_id)
    assert shown.card is not None
    return shown.card


async def test_ones_own_phone_ringing_for_ones_own_call_is_no_card(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    await floor.update(ringing("101", placed_by="101", direction=Direction.OUTBOUND))
    assert floor.wall.kinds(anna) == ["call.updated"]
    assert floor.screen(anna)[0].card is None


async def test_an_outbound_call_is_shown_to_its_agent_with_the_client(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    client = await floor.meet("Дмитрий Орлов", CALLER)
    leg = Leg(key="1", extension="101", rang_at=None)
    call = ringing(placed_by="101", direction=Direction.OUTBOUND, legs=(leg,))
    await floor.update(call)
    shown = floor.screen(anna)[0]
    assert shown.client is not None
    assert shown.client.id == client
    await floor.end(hung_up(call, CallResult.NO_ANSWER))
    assert floor.wall.kinds(anna) == ["call.updated", "call.ended"]
    assert floor.screen(anna) == []


async def test_a_colleague_who_calls_is_shown_by_name_and_extension(floor: Floor) -> None:
    anna, boris = await floor.hire("Анна", "101"), await floor.hire("Борис", "102")
    await floor.meet("Сто первый", "101")  # a client's short number is not a colleague's phone
    await floor.ring(ringing("102", number="102", placed_by="101", direction=Direction.INTERNAL))
    card = shown_card(floor, boris)
    assert (card.client, card.number, card.caller_name) == (None, "101", "Анна")
    assert floor.wall.kinds(anna) == ["call.updated"]


async def test_a_number_that_one_of_ours_dialled_is_never_withheld(floor: Floor) -> None:
    anna = await floor.hire("Анна", "101")
    leg = Leg(key="1", extension="101", rang_at=None)
    call = ringing(number=None, placed_by="101", direction=Direction.OUTBOUND, legs=(leg,))
    await floor.update(call)  # seen only after a gap: what was dialled is not known
    (shown,) = floor.screen(anna)
    assert (shown.number, shown.is_withheld) == (None, False)
