"""Clients call; the right screens get the right card, and the log tells the call as it was."""

import asyncio
import unicodedata

import pytest

from tests.allo_clients import Api, of_call
from tests.allo_process import ANNA, BORIS, GLEB, VERA
from tests.asterisk.desk import finished_call, talk
from tests.asterisk.fixtures import Desks
from tests.asterisk.measured import Measured
from tests.asterisk.office import Office

pytestmark = pytest.mark.asterisk


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
    await rings[1].answer()
    answered_at = rings[1].up_at
    assert answered_at is not None
    call_id = cards[0]["call_id"]
    gone = [await desk.withdrawn(call_id) for desk in (anna, vera)]
    await talk(call, rings[1])
    told = await finished_call(olga, call_id)

    assert {card["call_id"] for card in cards} == {call_id}
    assert [card["extension"] for card in cards] == ["101", "102", "103"]
    for frame in cards:
        assert frame["card"]["client"]["id"] == client["id"]
        assert frame["card"]["client"]["company"]["name"] == "ООО «Ромашка»"
        assert "Анна Сергеевна" in frame["card"]["greeting"]
        assert frame["card"]["did"] == "74950000600"
    for frame, arrived_at in gone:
        assert (frame["reason"], frame["answered_by"]) == ("answered_elsewhere", "102")
        assert frame["answered_by_name"] == BORIS.name
        measured("answer to call.withdrawn at the tab", arrived_at - answered_at)
        assert arrived_at - answered_at < 2  # the budget is 0.5 s on a machine that has time
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
    await finished_call(olga, first["call_id"])

    second_call = await office.trunk.call("74950000101", caller=number)
    ring = await anna.phone.ringing()
    second = await anna.push.until(
        lambda f: f["type"] == "call.ringing" and f["call_id"] != first["call_id"]
    )
    assert second["card"]["client"] is None
    assert second["card"]["number"] == number
    assert "earlier_calls" in [fact["kind"] for fact in second["card"]["facts"]]
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
    assert third["card"]["client"]["id"] == client["id"]
    assert "Пётр" in third["card"]["greeting"]
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


async def test_hold_is_seen_and_counted(desks: Desks, office: Office, olga: Api) -> None:
    (anna,) = await desks(ANNA)
    call = await office.trunk.call("74950000101", caller="+79160010010")
    ring = await anna.phone.ringing()
    frame = await anna.card("+79160010010")
    await ring.answer()
    await call.rtp.heard(10)  # they talk
    await ring.hold()
    held_at = ring.phone.now()
    await anna.push.until(
        lambda f: f["type"] == "call.updated" and f["call"]["status"] == "on_hold"
    )
    heard = call.rtp.packets_heard
    await call.rtp.heard(heard + 50)  # a second of music
    await ring.resume()
    held_seconds = ring.phone.now() - held_at
    await talk(call, call, packets=heard + 60)
    told = await finished_call(olga, frame["call_id"])

    assert told["hold_seconds"] == pytest.approx(held_seconds, abs=0.4)
    assert told["result"] == "answered"


async def test_a_second_call_during_a_talk_is_a_second_card(
    desks: Desks, office: Office, olga: Api
) -> None:
    (anna,) = await desks(ANNA)
    one = await office.trunk.call("74950000101", caller="+79160010011")
    await (await anna.phone.ringing()).answer()
    await one.up()
    talking = await anna.card("+79160010011")
    two = await office.trunk.call("74950000101", caller="+79160010012")
    await anna.phone.ringing()
    waiting = await anna.card("+79160010012")
    await two.cancel()
    await anna.withdrawn(waiting["call_id"])
    await one.hang_up()

    assert (await finished_call(olga, talking["call_id"]))["result"] == "answered"
    assert (await finished_call(olga, waiting["call_id"]))["result"] == "abandoned"


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


async def test_a_hostile_name_stays_text(desks: Desks, office: Office, olga: Api) -> None:
    (anna,) = await desks(ANNA)
    name = '<img src=x onerror=alert(1)>"; Action: Originate 💥'
    call = await office.trunk.call("74950000101", caller="+79160010015", name=name)
    await anna.phone.ringing()
    frame = await anna.card("+79160010015")
    await call.cancel()
    told = await finished_call(olga, frame["call_id"])

    assert frame["card"]["caller_name"] == told["caller_name"]
    assert "<img src=x onerror=alert(1)>" in told["caller_name"]
    assert "💥" in told["caller_name"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Ю" * 5_000, id="10 kB"),
        pytest.param("a\x01\x07\x1b[31mb\x7f", id="control characters"),
        pytest.param("Анна".encode("cp1251").decode("utf-8", "surrogateescape"), id="cp1251"),
        pytest.param("\u202eтекст\u2066 👩‍👩‍👧‍👦 \ufeff", id="directions and emoji"),
        pytest.param("Event: Hangup Channel: PJSIP/101", id="looks like AMI"),
    ],
)
async def test_a_strange_name_costs_nobody_the_card(
    desks: Desks, office: Office, name: str
) -> None:
    (anna,) = await desks(ANNA)
    await office.trunk.call("74950000101", caller="+79160010021", name=name)
    await anna.phone.ringing()
    frame = await anna.card("+79160010021")
    shown = frame["card"]["caller_name"] or ""
    assert len(shown) <= 200
    assert not any(unicodedata.category(letter) == "Cc" for letter in shown)


@pytest.mark.parametrize(
    "number", ["9" * 40, "ivan.petrov", "104", "+7 916 123-45-67", "0", "8107916", "%00", "a;b=c"]
)
async def test_a_strange_number_costs_nobody_the_card(
    desks: Desks, office: Office, number: str
) -> None:
    (anna,) = await desks(ANNA)
    caller = number.replace(" ", "%20").replace(";", "%3B").replace("=", "%3D")
    await office.trunk.call("74950000101", caller=caller)
    await anna.phone.ringing()
    frame = await anna.push.until(lambda f: f["type"] == "call.ringing")
    assert frame["card"]["client"] is None
    assert frame["call"]["direction"] == "inbound"


async def test_a_note_written_while_it_rings_survives_the_call(
    desks: Desks, office: Office, olga: Api
) -> None:
    (anna,) = await desks(ANNA)
    call = await office.trunk.call("74950000101", caller="+79160010016")
    ring = await anna.phone.ringing()
    frame = await anna.card("+79160010016")
    path = f"/api/calls/{frame['call_id']}"
    await anna.api.put(f"{path}/note", {"text": "Просит счёт на двадцать кресел"})
    await ring.answer()
    await talk(call, call, packets=10)
    await anna.ended(frame["call_id"])
    await anna.api.put(f"{path}/disposition", {"disposition": "offer"})
    told = await finished_call(olga, frame["call_id"])

    assert told["note"] == "Просит счёт на двадцать кресел"
    assert told["disposition"] == "offer"
    assert told["result"] == "answered"


async def test_numbers_that_nobody_has_make_no_call_and_disturb_nobody(
    desks: Desks, office: Office, olga: Api
) -> None:
    (anna,) = await desks(ANNA)
    unknown = [
        await office.trunk.call(f"749500009{i:02}", caller="+79160010017") for i in range(40)
    ]
    await asyncio.gather(*(call.over() for call in unknown))
    await office.trunk.call("74950000101", caller="+79160010018")
    frame = await anna.card("+79160010018")

    assert anna.push.told == ["snapshot", "call.ringing"]
    assert frame["seq"] == anna.push.snapshot["seq"] + 1
    assert await olga.items("/api/calls", number="+79160010017") == []


async def only_call_of(api: Api, number: str) -> dict[str, object]:
    """The one call of this number in the log, once it has ended."""
    async with asyncio.timeout(10):
        while True:
            calls = await api.items("/api/calls", number=number)
            if calls and calls[0]["status"] == "ended":
                assert len(calls) == 1
                return calls[0]
            await asyncio.sleep(0.05)


async def test_frames_of_a_call_are_numbered_without_a_gap(desks: Desks, office: Office) -> None:
    (anna,) = await desks(ANNA)
    for number in ("+79160010019", "+79160010020"):
        call = await office.trunk.call("74950000101", caller=number)
        ring = await anna.phone.ringing()
        frame = await anna.card(number)
        await ring.answer()
        await talk(call, ring, packets=10)
        await anna.push.until(of_call("call.ended", frame["call_id"]))

    numbers = [frame["seq"] for frame in anna.push.frames]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
