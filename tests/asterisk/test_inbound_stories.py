"""Clients call; the right screens get the right card, and the log tells the call as it was."""

import asyncio

import pytest

from tests.allo_clients import Api
from tests.allo_process import ANNA, BORIS, GLEB, VERA
from tests.asterisk.desk import finished_call, logged_call, talk
from tests.asterisk.fixtures import Desks
from tests.asterisk.measured import Measured
from tests.asterisk.office import Office
from tests.engines import SERVED_BY_EACH
from tests.patience import PATIENCE_SECONDS

pytestmark = [pytest.mark.asterisk, SERVED_BY_EACH]


async def test_a_known_caller_to_a_ring_group_opens_three_cards_and_one_answer_closes_two(
    desks: Desks, office: Office, olga: Api, measured: Measured
) -> None:
    anna, boris, vera = await desks(ANNA, BORIS, VERA)
    number = "+79160010001"
    client = await anna.api.post(
        "/api/clients",
        {"kind": "person", "name": "Анна Сергеевна Орлова", "greeting_name": "Анна Сергеевна"}
        | {"company_name": "ООО «Ромашка»", "phones": [{"number": number, "label": "mobile"}]},
    )

    call = await office.trunk.call("74950000600", caller=number)
    rings = [await desk.phone.ringing() for desk in (anna, boris, vera)]
    cards = [await desk.card(number) for desk in (anna, boris, vera)]
    call_id = cards[0]["call_id"]
    shown = [await desk.known_card(call_id) for desk in (anna, boris, vera)]
    await rings[1].answer()
    answered_at = rings[1].up_at
    assert answered_at is not None
    gone = [await desk.withdrawn(call_id) for desk in (anna, vera)]
    await talk(call, rings[1])
    told = await finished_call(olga, call_id)

    assert {card["call_id"] for card in cards} == {call_id}
    assert [card["extension"] for card in cards] == ["101", "102", "103"]
    for card in shown:
        assert card["client"]["id"] == client["id"]
        assert card["client"]["company"]["name"] == "ООО «Ромашка»"
        assert "Анна Сергеевна" in card["greeting"]
        assert card["did"] == "74950000600"
    for frame, arrived_at in gone:
        assert (frame["reason"], frame["answered_by"]) == ("answered_elsewhere", "102")
        assert frame["answered_by_name"] == BORIS.name
        measured("answer to call.withdrawn at the tab", arrived_at - answered_at)
    assert boris.push.of("call.withdrawn") == []

    assert (told["direction"], told["result"]) == ("inbound", "answered")
    assert told["handled_by"]["extension"] == "102"
    assert told["client"]["id"] == client["id"]
    assert told["wait_seconds"] == pytest.approx(answered_at - call.invited_at, abs=0.5)
    assert rings[1].over_at is not None
    assert told["talk_seconds"] == pytest.approx(rings[1].over_at - answered_at, abs=0.5)
    outcomes = {leg["extension"]: leg["outcome"] for leg in told["legs"]}
    assert outcomes == {
        "101": "answered_elsewhere",
        "102": "answered",
        "103": "answered_elsewhere",
    }
    timeline = await olga.items(f"/api/clients/{client['id']}/timeline", kind="call")
    assert [item["call"]["id"] for item in timeline] == [call_id]
    assert timeline[0]["call"]["talk_seconds"] == told["talk_seconds"]


async def test_an_unknown_caller_is_created_while_it_rings_and_greeted_by_name_next_time(
    desks: Desks, office: Office, olga: Api
) -> None:
    (anna,) = await desks(ANNA)
    number = "+79160010002"

    missed = await office.trunk.call("74950000101", caller=number)
    await anna.phone.ringing()
    first = await anna.card(number)
    await missed.cancel()
    await anna.withdrawn(first["call_id"])
    await logged_call(olga, first["call_id"])

    second_call = await office.trunk.call("74950000101", caller=number)
    ring = await anna.phone.ringing()
    second = await anna.push.until(
        lambda f: f["type"] == "call.ringing" and f["call_id"] != first["call_id"]
    )
    card = await anna.known_card(second["call_id"])
    assert (card["client"], card["number"]) == (None, number)
    assert "earlier_calls" in [fact["kind"] for fact in card["facts"]]
    client = await anna.api.post(
        "/api/clients",
        {"kind": "person", "name": "Пётр Чехов", "greeting_name": "Пётр"}
        | {"phones": [{"number": number, "label": "mobile"}]},
    )
    await ring.answer()
    await talk(second_call, second_call, packets=10)
    await finished_call(olga, second["call_id"])

    await office.trunk.call("74950000101", caller=number)
    await anna.phone.ringing()
    known = {first["call_id"], second["call_id"]}
    third = await anna.push.until(
        lambda f: f["type"] == "call.ringing" and f["call_id"] not in known
    )
    card = await anna.known_card(third["call_id"])
    assert card["client"]["id"] == client["id"]
    assert "Пётр" in card["greeting"]
    adopted = await olga.items(f"/api/clients/{client['id']}/timeline", kind="call")
    assert known <= {item["call"]["id"] for item in adopted}


async def test_a_withheld_number_gives_a_card_without_number_or_client(
    desks: Desks, office: Office, olga: Api
) -> None:
    (anna,) = await desks(ANNA)
    call = await office.trunk.withheld_call("74950000101")
    ring = await anna.phone.ringing()
    frame = await anna.card(None)
    await ring.answer()
    await talk(call, call, packets=10)
    told = await finished_call(olga, frame["call_id"])

    assert frame["card"]["is_withheld"] is True
    assert frame["card"]["client"] is None
    assert frame["card"]["number"] is None
    assert (told["is_withheld"], told["number"], told["result"]) == (True, None, "answered")


async def test_a_client_who_gives_up_takes_the_card_along(
    desks: Desks, office: Office, olga: Api
) -> None:
    (anna,) = await desks(ANNA)
    call = await office.trunk.call("74950000101", caller="+79160010003")
    await anna.phone.ringing()
    frame = await anna.card("+79160010003")
    await call.cancel()
    gone, _ = await anna.withdrawn(frame["call_id"])
    told = await finished_call(olga, frame["call_id"])

    assert gone["answered_by"] is None
    assert told["result"] == "abandoned"
    assert told["talk_seconds"] == 0
    assert [leg["outcome"] for leg in told["legs"]] == ["cancelled"]


@pytest.mark.parametrize(("deed", "result"), [("busy", "busy"), ("decline", "declined")])
async def test_a_phone_that_refuses_withdraws_the_card_and_names_the_result(
    desks: Desks, office: Office, olga: Api, deed: str, result: str
) -> None:
    (anna,) = await desks(ANNA)
    number = {"busy": "+79160010004", "decline": "+79160010005"}[deed]
    call = await office.trunk.call("74950000101", caller=number)
    await anna.phone.ringing()
    frame = await anna.card(number)
    await getattr(anna.phone, deed)()
    await call.over()
    gone, _ = await anna.withdrawn(frame["call_id"])
    told = await finished_call(olga, frame["call_id"])

    assert gone["reason"] == result
    assert told["result"] == result
    assert [leg["outcome"] for leg in told["legs"]] == [result]


async def test_nobody_answers_in_time(desks: Desks, office: Office, olga: Api) -> None:
    (anna,) = await desks(ANNA)
    call = await office.trunk.call("74950003101", caller="+79160010006")
    await anna.phone.ringing()
    frame = await anna.card("+79160010006")
    await call.over()
    gone, _ = await anna.withdrawn(frame["call_id"])
    told = await finished_call(olga, frame["call_id"])

    assert gone["reason"] == "no_answer"
    assert told["result"] == "no_answer"


async def test_a_phone_that_is_not_registered_fails(office: Office, olga: Api) -> None:
    call = await office.trunk.call("74950000109", caller="+79160010007")
    await call.over()
    told = await only_call_of(olga, "+79160010007")

    assert told["result"] == "failed"


async def test_an_announcement_is_no_answer(office: Office, olga: Api) -> None:
    call = await office.trunk.call("74950000800", caller="+79160010008")
    await talk(call, call, packets=10)
    told = await only_call_of(olga, "+79160010008")

    assert (told["result"], told["talk_seconds"], told["legs"]) == ("abandoned", 0, [])


async def test_two_devices_of_one_extension_give_one_card_and_one_leg(
    desks: Desks, office: Office, olga: Api
) -> None:
    (anna,) = await desks(ANNA)
    second_device = await office.phone("101")
    call = await office.trunk.call("74950001101", caller="+79160010009")
    desk_ring = await anna.phone.ringing()
    frame = await anna.card("+79160010009")
    ring = await second_device.ringing()
    await ring.answer()
    await desk_ring.over()
    await talk(call, ring, packets=20)
    told = await finished_call(olga, frame["call_id"])

    assert len(anna.push.of("call.ringing")) == 1
    assert anna.push.of("call.withdrawn") == []
    assert [(leg["extension"], leg["outcome"]) for leg in told["legs"]] == [("101", "answered")]


async def test_only_those_whose_phones_ring_are_told(desks: Desks, office: Office) -> None:
    anna, gleb = await desks(ANNA, GLEB)
    call = await office.trunk.call("74950000101", caller="+79160010013")
    ring = await anna.phone.ringing()
    frame = await anna.card("+79160010013")
    await ring.answer()
    await talk(call, call, packets=10)
    await anna.ended(frame["call_id"])
    await office.trunk.call("74950000104", caller="+79160010014")
    await gleb.card("+79160010014")

    assert gleb.push.told == ["snapshot", "call.ringing"]


async def only_call_of(api: Api, number: str) -> dict[str, object]:
    """The one call of this number in the log, once it has ended."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            calls = await api.items("/api/calls", number=number)
            if calls and calls[0]["status"] == "ended":
                assert len(calls) == 1
                return calls[0]
            await asyncio.sleep(0.05)
