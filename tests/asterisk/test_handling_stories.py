"""Calls that go on are passed on after asking, parked, and taken over from a colleague's phone."""

import asyncio

import pytest

from tests.allo_clients import Api, Refused
from tests.allo_process import ANNA, BORIS, GLEB, VERA
from tests.asterisk.desk import Desk, Json, finished_call
from tests.asterisk.fixtures import Desks
from tests.asterisk.office import Office
from tests.asterisk.sip_call import SipCall
from tests.asterisk.test_click_stories import becomes
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.asterisk


async def with_client(desk: Desk, office: Office, caller: str) -> tuple[str, SipCall, SipCall]:
    """A client talks to this desk: the call's id, the client's end and the agent's."""
    assert desk.person.extension
    client = await office.trunk.call(f"74950000{desk.person.extension}", caller=caller)
    ring = await desk.phone.ringing()
    card = await desk.card(caller)
    await ring.answer()
    await client.up()
    await desk.push.until(
        lambda f: f["type"] == "call.updated" and f["call"]["status"] == "answered"
    )
    return card["call_id"], client, ring


async def slot_of(api: Api, call_id: str) -> str:
    """Where a call is parked, as soon as the log says so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            told = await api.get(f"/api/calls/{call_id}")
            if told["transfers"]:
                return str(told["transfers"][-1]["to"])
            await asyncio.sleep(0.05)


async def ask(desk: Desk, call_id: str, command: str, body: Json | None = None) -> Json:
    told: Json = await desk.api.post(f"/api/calls/{call_id}/{command}", body)
    return told


async def test_a_consultation_ends_with_the_two_others_talking(
    desks: Desks, office: Office, olga: Api
) -> None:
    anna, gleb = await desks(ANNA, GLEB)
    call_id, client, ring = await with_client(anna, office, "+79160050001")
    await ask(anna, call_id, "transfer", {"kind": "attended", "to": "104"})
    asked = await gleb.phone.ringing()
    await asked.answer()
    await asked.rtp.heard(20)
    await ask(anna, call_id, "transfer/complete")
    await ring.over()
    await asked.rtp.heard(60)
    is_client_there = client.is_up
    await client.hang_up()
    await asked.over()
    call = await finished_call(olga, call_id)

    assert is_client_there
    (transfer,) = call["transfers"]
    assert (transfer["kind"], transfer["by"], transfer["to"]) == ("attended", "101", "104")
    assert call["handled_by"]["extension"] == "104"


@pytest.mark.parametrize("is_answered", [True, False])
async def test_a_consultation_is_cancelled_and_the_client_is_back(
    desks: Desks, office: Office, olga: Api, is_answered: bool
) -> None:
    anna, gleb = await desks(ANNA, GLEB)
    call_id, client, ring = await with_client(anna, office, "+79160050002")
    with pytest.raises(Refused) as early:
        await ask(anna, call_id, "transfer/cancel")
    await ask(anna, call_id, "transfer", {"kind": "attended", "to": "104"})
    asked = await gleb.phone.ringing()
    if is_answered:
        await asked.answer()
        await asked.rtp.heard(20)
    await ask(anna, call_id, "transfer/cancel")
    await asked.over()
    heard = ring.rtp.packets_heard
    await ring.rtp.heard(heard + 20)
    are_up = (client.is_up, ring.is_up)
    await client.hang_up()
    await ring.over()
    call = await finished_call(olga, call_id)

    assert early.value.code == "call_in_other_state"
    assert are_up == (True, True)
    assert call["transfers"] == []
    assert call["handled_by"]["extension"] == "101"


async def test_a_parked_client_is_taken_at_another_phone(
    desks: Desks, office: Office, olga: Api
) -> None:
    anna, boris = await desks(ANNA, BORIS)
    call_id, client, ring = await with_client(anna, office, "+79160050003")
    await ask(anna, call_id, "park")
    await ring.over()
    slot = await slot_of(olga, call_id)
    taken = await boris.phone.dial(slot)
    await taken.up()
    await taken.rtp.heard(20)
    await client.hang_up()
    await taken.over()
    call = await finished_call(olga, call_id)

    assert [(one["kind"], one["by"], one["to"]) for one in call["transfers"]] == [
        ("park", "101", "102")
    ]


async def test_a_call_that_rings_at_a_colleagues_is_taken_over(
    desks: Desks, office: Office, olga: Api
) -> None:
    anna, vera = await desks(ANNA, VERA)
    client = await office.trunk.call("74950000101", caller="+79160050004")
    ring = await anna.phone.ringing()
    card = await anna.card("+79160050004")
    colleagues = (await vera.api.get("/api/colleagues"))["items"]
    (ringing,) = [one for one in colleagues if one["state"] == "ringing"]
    order = await ask(vera, ringing["call_id"], "pickup")
    own = await vera.phone.ringing()
    await own.answer()
    await client.up()
    await ring.over()
    told = await becomes(vera.push, order, "answered")
    await own.rtp.heard(20)
    await client.hang_up()
    await own.over()
    call = await finished_call(olga, card["call_id"])

    assert (ringing["extension"], ringing["call_id"]) == ("101", card["call_id"])
    assert told["state"] == "answered"
    assert vera.push.of("call.ringing") == []
    assert [(one["kind"], one["by"]) for one in call["transfers"]] == [("pickup", "103")]
    assert call["handled_by"]["extension"] == "103"


async def test_a_call_is_passed_on_only_where_a_click_would_lead(
    desks: Desks, office: Office
) -> None:
    (anna,) = await desks(ANNA)
    call_id, client, ring = await with_client(anna, office, "+79160050005")
    found = []
    for to in ("+881612345678", "8 809 123-45-67", "104&PJSIP/provider", "*72104"):
        with pytest.raises(Refused) as refused:
            await ask(anna, call_id, "transfer", {"kind": "blind", "to": to})
        found.append(refused.value.code)
    is_up = ring.is_up
    await client.hang_up()

    assert found == ["number_not_allowed", "number_not_allowed", "bad_number", "number_not_allowed"]
    assert is_up
