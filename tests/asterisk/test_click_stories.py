"""Agents click on numbers: one click is one call, and they are told what really came of it."""

import asyncio
from typing import Any

import pytest

from tests.allo_clients import Api, Push, Refused
from tests.allo_process import BORIS, DARIA, GLEB, VERA
from tests.asterisk.desk import Desk, Json, finished_call
from tests.asterisk.fixtures import Desks
from tests.asterisk.office import Office
from tests.asterisk.sip_call import SipCall

pytestmark = pytest.mark.asterisk


async def click(desk: Desk, number: str, **more: Any) -> Json:
    order: Json = await desk.api.post("/api/calls", {"number": number, **more})
    return order


async def becomes(push: Push, order: Json, outcome: str) -> Json:
    """The frame that says so of this click."""

    def is_it(frame: Json) -> bool:
        if frame["type"] != "order.changed" or frame["order"]["order_id"] != order["order_id"]:
            return False
        return bool(frame["order"]["outcome"] == outcome)

    told: Json = (await push.until(is_it, seconds=15))["order"]
    return told


async def in_talk(desk: Desk, office: Office, number: str) -> tuple[Json, SipCall, SipCall]:
    """The agent's click, the agent's end and the client's, talking."""
    order = await click(desk, number)
    ring = await desk.phone.ringing()
    await ring.answer()
    far = await office.trunk.ringing()
    await far.answer()
    await becomes(desk.push, order, "answered")
    return order, ring, far


async def test_a_click_rings_the_agent_and_then_the_client(
    desks: Desks, office: Office, olga: Api
) -> None:
    (boris,) = await desks(BORIS)
    order = await click(boris, "8 (916) 004-00-01")
    ring = await boris.phone.ringing()
    await ring.answer()
    await becomes(boris.push, order, "agent_answered")
    far = await office.trunk.ringing()
    await becomes(boris.push, order, "dialled")
    await far.answer()
    told = await becomes(boris.push, order, "answered")
    await far.rtp.heard(30)
    await far.hang_up()
    await ring.over()
    call = await finished_call(olga, order["call_id"])

    assert (order["state"], order["number"]) == ("calling", "+79160040001")
    assert (told["state"], told["call_id"]) == ("answered", order["call_id"])
    assert far.number == "+79160040001"
    assert boris.push.of("call.ringing") == []
    assert (call["direction"], call["result"]) == ("outbound", "answered")
    assert call["placed_by"]["extension"] == "102"
    assert call["number"] == "+79160040001"
    asked = await boris.api.get(f"/api/call-orders/{order['order_id']}")
    assert (asked["state"], asked["outcome"]) == ("answered", "answered")


async def test_a_double_click_is_one_call(desks: Desks, office: Office) -> None:
    (vera,) = await desks(VERA)
    first, second = await asyncio.gather(
        click(vera, "+79160040002"), click(vera, "8 916 004-00-02")
    )
    ring = await vera.phone.ringing()
    third = await click(vera, "+79160040002")
    await ring.decline()
    told = await becomes(vera.push, first, "agent_declined")

    assert first["order_id"] == second["order_id"] == third["order_id"]
    assert len([call for call in vera.phone.calls if call.is_incoming]) == 1
    assert told["state"] == "failed"


async def test_a_client_who_is_busy_is_told_as_busy(
    desks: Desks, office: Office, olga: Api
) -> None:
    (vera,) = await desks(VERA)
    order = await click(vera, "+79160040003")
    await (await vera.phone.ringing()).answer()
    await (await office.trunk.ringing()).busy()
    told = await becomes(vera.push, order, "busy")

    assert told["state"] == "failed"
    assert (await finished_call(olga, order["call_id"]))["result"] == "busy"


async def test_a_phone_that_is_not_there_is_told_at_once(desks: Desks, office: Office) -> None:
    (daria,) = await desks(DARIA)
    await daria.phone.register(seconds=0)
    order = await click(daria, "+79160040004")
    told = await becomes(daria.push, order, "phone_offline")
    await daria.phone.register()

    assert told["state"] == "failed"


async def test_the_agent_hangs_up_before_lifting_the_receiver(desks: Desks, office: Office) -> None:
    (daria,) = await desks(DARIA)
    order = await click(daria, "+79160040005")
    ring = await daria.phone.ringing()
    await daria.api.post(f"/api/calls/{order['call_id']}/hangup")
    await ring.over()
    told = await becomes(daria.push, order, "cancelled")

    assert told["state"] == "failed"


async def test_the_agent_hangs_up_a_talk(desks: Desks, office: Office, olga: Api) -> None:
    (boris,) = await desks(BORIS)
    order, ring, far = await in_talk(boris, office, "+79160040006")
    await boris.api.post(f"/api/calls/{order['call_id']}/hangup")
    await far.over()
    await ring.over()
    call = await finished_call(olga, order["call_id"])
    with pytest.raises(Refused) as late:
        await boris.api.post(f"/api/calls/{order['call_id']}/hangup")

    assert call["result"] == "answered"
    assert (late.value.status, late.value.code) == (409, "call_is_over")


async def test_a_blind_transfer_goes_to_the_colleague(
    desks: Desks, office: Office, olga: Api
) -> None:
    boris, gleb = await desks(BORIS, GLEB)
    order, ring, far = await in_talk(boris, office, "+79160040007")
    path = f"/api/calls/{order['call_id']}/transfer"
    await boris.api.post(path, {"kind": "blind", "to": "104"})
    taken = await gleb.phone.ringing()
    await taken.answer()
    await ring.over()
    await taken.rtp.heard(20)
    await far.hang_up()
    call = await finished_call(olga, order["call_id"])

    (transfer,) = call["transfers"]
    assert (transfer["kind"], transfer["by"], transfer["to"]) == ("blind", "102", "104")
    assert transfer["outcome"] == "completed"
    assert call["handled_by"]["extension"] == "104"


async def test_nobody_handles_the_call_of_another(desks: Desks, office: Office) -> None:
    boris, gleb = await desks(BORIS, GLEB)
    order, _ring, far = await in_talk(boris, office, "+79160040008")
    with pytest.raises(Refused) as refused:
        await gleb.api.post(f"/api/calls/{order['call_id']}/hangup")
    is_up = far.is_up
    await far.hang_up()

    assert refused.value.status == 404
    assert is_up
