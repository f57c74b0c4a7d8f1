"""Recordable stories of agents who ask a colleague before they pass a client on."""

import asyncio

from tests.asterisk.office import Office
from tests.asterisk.scenarios import (
    RING_SECONDS,
    TALK_SECONDS,
    Truth,
    inbound,
    internal,
    outbound,
    phones_of,
    scenario,
    talk,
)
from tests.asterisk.steering import KEYS_SECONDS, channel_of, key_in, press, steering
from tests.asterisk.transfer_scenarios import DIALLED, DID, in_talk, passed_on, refer

OTHER = "+79265550101"


@scenario("101 presses *2, asks 102, and hangs up: the client talks to 102", "transfer", "feature")
async def feature_attended_completed(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    await key_in(office, "PJSIP/101-", "*2", "102")
    second = await boris.ringing()
    await asyncio.sleep(RING_SECONDS)
    await second.answer()
    await asyncio.sleep(TALK_SECONDS)
    await ring.hang_up()
    await talk(call, call)
    return passed_on("attended", "101", "102")


@scenario("101 presses *2; 102 does not answer: 101 has the client back", "transfer", "feature")
async def feature_attended_no_answer(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    await key_in(office, "PJSIP/101-", "*2", "102")
    await (await boris.ringing()).over()
    await talk(call, ring)
    truth = inbound(DID, ["101", "102"], "answered", answered_by=["101"])
    truth["calls"][0]["consulted"] = [{"from": "101", "to": "102", "outcome": "no_answer"}]
    return truth


@scenario("101 presses *2, asks 102, who hangs up: 101 has the client back", "transfer", "feature")
async def feature_attended_refused(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    await key_in(office, "PJSIP/101-", "*2", "102")
    second = await boris.ringing()
    await second.answer()
    await asyncio.sleep(TALK_SECONDS)
    await second.hang_up()
    await asyncio.sleep(1)
    await talk(call, ring)
    truth = inbound(DID, ["101", "102"], "answered", answered_by=["101"])
    truth["calls"][0]["consulted"] = [{"from": "101", "to": "102", "outcome": "answered"}]
    return truth


@scenario("101 presses *2 and hangs up while 102 rings; 102 answers", "transfer", "feature")
async def feature_attended_blonde(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    await key_in(office, "PJSIP/101-", "*2", "102")
    second = await boris.ringing()
    await asyncio.sleep(RING_SECONDS)
    await ring.hang_up()
    await asyncio.sleep(RING_SECONDS)
    await second.answer()
    await talk(call, call)
    return passed_on("attended", "101", "102")


@scenario("101 presses *2 and hangs up; 102 does not answer; 101 is rung back", "transfer")
async def feature_attended_recalled(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    await key_in(office, "PJSIP/101-", "*2", "102")
    second = await boris.ringing()
    await ring.hang_up()
    await second.over()
    back = await ring.phone.ringing()
    await asyncio.sleep(RING_SECONDS)
    await back.answer()
    await talk(call, call)
    truth = inbound(DID, ["101", "102"], "answered", answered_by=["101"])
    returned = {"type": "attended", "from": "101", "to": "102", "outcome": "returned"}
    truth["calls"][0]["transfers"] = [returned]
    return truth


@scenario("101 asks an outside number on a second line and joins the client to it", "transfer")
async def attended_refer_outside(office: Office) -> Truth:
    call, ring = await in_talk(office)
    await ring.hold()
    asked = await ring.phone.dial(DIALLED)
    far = await office.trunk.ringing()
    await asyncio.sleep(RING_SECONDS)
    await far.answer()
    await asked.up()
    await asyncio.sleep(TALK_SECONDS)
    await refer(ring, DIALLED, asked)
    await asyncio.sleep(0.5)
    await talk(call, far)
    truth = inbound(DID, ["101"], "answered", answered_by=["101"])
    truth["calls"][0]["transfers"] = [{"type": "attended", "from": "101", "to": DIALLED}]
    truth["calls"][0]["outside"] = [{"number": DIALLED, "outcome": "answered"}]
    truth["calls"][0]["hold_seconds"] = 2.5
    return truth


@scenario("The client hangs up while 101 asks 102 on a second line", "transfer")
async def attended_client_leaves(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    await ring.hold()
    asked = await ring.phone.dial("102")
    second = await boris.ringing()
    await second.answer()
    await asked.up()
    await asyncio.sleep(1)
    await call.hang_up()
    await talk(asked, asked)
    truth = inbound(DID, ["101"], "answered", answered_by=["101"], hold_seconds=1)
    consultation = internal("101", "102", "answered", answered_by=["102"])["calls"][0]
    truth["calls"].append({**consultation, "direction": "internal"})
    return truth


@scenario("A program begins 101's consultation (Atxfer); 101 hangs up", "transfer", "ami")
async def ami_attended_completed(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    async with steering(office) as link:
        agent = await channel_of(link, "PJSIP/101-")
        await link.action("Atxfer", Channel=agent, Context="agents", Exten="102")
        second = await boris.ringing()
        await asyncio.sleep(RING_SECONDS)
        await second.answer()
        await asyncio.sleep(TALK_SECONDS)
        await ring.hang_up()
        await talk(call, call)
    return passed_on("attended", "101", "102")


@scenario("101 dials a client, asks 102 on a second line, and joins the two", "transfer")
async def outbound_attended(office: Office) -> Truth:
    anna, boris = await phones_of(office, "101", "102")
    call = await anna.dial(DIALLED)
    far = await office.trunk.ringing()
    await far.answer()
    await call.up()
    await asyncio.sleep(1)
    await call.hold()
    asked = await anna.dial("102")
    second = await boris.ringing()
    await second.answer()
    await asked.up()
    await asyncio.sleep(TALK_SECONDS)
    await refer(call, "102", asked)
    await asyncio.sleep(0.5)
    await talk(second, far)
    truth = outbound("101", DIALLED, "answered", answered_by=[DIALLED], handled_by="102")
    truth["calls"][0]["rang"] = ["102", DIALLED]
    truth["calls"][0]["transfers"] = [{"type": "attended", "from": "101", "to": "102"}]
    truth["calls"][0]["hold_seconds"] = 1.5
    return truth


@scenario("101 talks to two clients and joins them with one another", "transfer", "two calls")
async def two_clients_joined(office: Office) -> Truth:
    one, first = await in_talk(office)
    two = await office.trunk.call(DID, caller=OTHER)
    second = await first.phone.ringing()
    await first.hold()
    await second.answer()
    await two.up()
    await asyncio.sleep(1)
    await refer(first, "101", second)
    await asyncio.sleep(TALK_SECONDS)
    await one.hang_up()
    await two.over()
    truth = inbound(DID, ["101"], "answered", answered_by=["101"], hold_seconds=1)
    truth["calls"][0]["transfers"] = [{"type": "attended", "from": "101", "to": OTHER}]
    truth["calls"] += inbound(DID, ["101"], "answered", answered_by=["101"], caller=OTHER)["calls"]
    return truth


@scenario("101 presses *2 and asks 102, then takes the client back by *1", "transfer", "feature")
async def feature_attended_aborted(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    async with steering(office) as link:
        await press(link, "PJSIP/101-", "*2")
        await asyncio.sleep(KEYS_SECONDS)
        await press(link, "PJSIP/101-", "102")
        second = await boris.ringing()
        await second.answer()
        await asyncio.sleep(TALK_SECONDS)
        await press(link, "PJSIP/101-", "*1")
        await second.over()
    await talk(call, ring)
    truth = inbound(DID, ["101", "102"], "answered", answered_by=["101"])
    truth["calls"][0]["consulted"] = [{"from": "101", "to": "102", "outcome": "answered"}]
    return truth


@scenario("101 hands the client over while 102 still rings on the second line; 102 answers")
async def attended_refer_ringing(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    await ring.hold()
    asked = await ring.phone.dial("102")
    second = await boris.ringing()
    await asked.ringing()
    await refer(ring, "102", asked)
    await asyncio.sleep(RING_SECONDS)
    await second.answer()
    await talk(call, call)
    return passed_on("attended", "101", "102", hold_seconds=0)


@scenario("101 hands the client over while 102 still rings on the second line; 102 declines")
async def attended_refer_ringing_declined(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    await ring.hold()
    asked = await ring.phone.dial("102")
    second = await boris.ringing()
    await asked.ringing()
    await refer(ring, "102", asked)
    await asyncio.sleep(RING_SECONDS)
    await second.decline()
    await call.over()
    truth = inbound(DID, ["101", "102"], "answered", answered_by=["101"])
    handed = {"type": "attended", "from": "101", "to": "102", "ok": False}
    truth["calls"][0]["transfers"] = [handed]
    return truth


@scenario("101 calls 102, asks 103 on a second line and joins the two", "transfer", "internal")
async def internal_attended(office: Office) -> Truth:
    anna, boris, vera = await phones_of(office, "101", "102", "103")
    call = await anna.dial("102")
    await (await boris.ringing()).answer()
    await call.up()
    await asyncio.sleep(1)
    await call.hold()
    asked = await anna.dial("103")
    third = await vera.ringing()
    await third.answer()
    await asked.up()
    await asyncio.sleep(TALK_SECONDS)
    await refer(call, "103", asked)
    await asyncio.sleep(0.5)
    await talk(third, third)
    truth = internal("101", "102", "answered", rang=["102", "103"], answered_by=["102", "103"])
    truth["calls"][0]["transfers"] = [{"type": "attended", "from": "101", "to": "103"}]
    truth["calls"][0]["hold_seconds"] = 1.5
    return truth
