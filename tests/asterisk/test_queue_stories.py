"""Clients wait in queues: all agents at once, or one after another through Local channels."""

import pytest

from tests.allo_clients import Api
from tests.allo_process import ANNA, BORIS, DARIA, EGOR, GLEB, VERA
from tests.asterisk.desk import Desk, finished_call, talk
from tests.asterisk.fixtures import Desks
from tests.asterisk.office import Office
from tests.asterisk.scenarios import first_to_ring
from tests.engines import SERVED_BY_EACH

pytestmark = [pytest.mark.asterisk, SERVED_BY_EACH]


def desk_of(desks: list[Desk], extension: str) -> Desk:
    return next(desk for desk in desks if desk.phone.user == extension)


async def test_a_queue_that_rings_all_shows_all_a_card_and_tells_the_wait(
    desks: Desks, office: Office, olga: Api
) -> None:
    people = await desks(ANNA, BORIS, VERA)
    number = "+79160020001"
    call = await office.trunk.call("74950000701", caller=number)
    rings = [await desk.phone.ringing() for desk in people]
    cards = [await desk.card(number) for desk in people]
    await call.rtp.heard(40)  # the client hears music, connected long before an agent answers
    await rings[2].answer()
    up_at = rings[2].up_at
    gone = [await desk.withdrawn(cards[0]["call_id"]) for desk in people[:2]]
    await talk(call, call, packets=call.rtp.packets_heard + 40)
    told = await finished_call(olga, cards[0]["call_id"])

    assert {card["card"]["queue"] for card in cards} == {"sales"}
    assert {card["call"]["answered_at"] for card in cards} == {None}
    assert {frame["answered_by"] for frame, _ in gone} == {"103"}
    assert up_at is not None
    assert told["queue"] == "sales"
    assert [(visit["name"], visit["outcome"]) for visit in told["queues"]] == [
        ("sales", "answered")
    ]
    assert told["wait_seconds"] == pytest.approx(up_at - call.invited_at, abs=0.5)
    assert call.over_at is not None
    assert told["talk_seconds"] == pytest.approx(call.over_at - up_at, abs=0.5)
    assert len(told["legs"]) == 3


async def test_a_client_who_leaves_the_queue_is_abandoned(
    desks: Desks, office: Office, olga: Api
) -> None:
    (anna,) = await desks(ANNA)
    call = await office.trunk.call("74950000701", caller="+79160020002")
    await anna.phone.ringing()
    frame = await anna.card("+79160020002")
    await call.up()
    await call.hang_up()
    await anna.withdrawn(frame["call_id"])
    told = await finished_call(olga, frame["call_id"])

    assert (told["result"], told["talk_seconds"]) == ("abandoned", 0)
    assert told["queues"][0]["outcome"] == "abandoned"


async def test_one_agent_after_another_and_only_the_ringing_one_sees_the_card(
    desks: Desks, office: Office, olga: Api
) -> None:
    people = await desks(GLEB, DARIA, EGOR)
    number = "+79160020003"
    call = await office.trunk.call("74950000702", caller=number)
    refused = await first_to_ring([desk.phone for desk in people])
    first = desk_of(people, refused.phone.user)
    card = await first.card(number)
    others = [desk for desk in people if desk is not first]
    assert [desk.push.told for desk in others] == [["snapshot"], ["snapshot"]]
    await refused.decline()
    await first.withdrawn(card["call_id"])

    ring = await first_to_ring([desk.phone for desk in others])
    second = desk_of(others, ring.phone.user)
    again = await second.card(number)
    await ring.answer()
    await talk(call, ring, packets=call.rtp.packets_heard + 40)
    told = await finished_call(olga, card["call_id"])

    third = next(desk for desk in others if desk is not second)
    assert third.push.told == ["snapshot"]
    assert again["call_id"] == card["call_id"]
    assert (again["card"]["queue"], again["card"]["number"]) == ("support", number)
    assert told["result"] == "answered"
    assert told["handled_by"]["extension"] == second.phone.user
    assert [(leg["extension"], leg["outcome"]) for leg in told["legs"]] == [
        (first.phone.user, "declined"),
        (second.phone.user, "answered"),
    ]
