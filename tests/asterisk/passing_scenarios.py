"""Recordable stories of calls passed on without asking: to phones, queues, outside, and back."""

import asyncio

from tests.asterisk.office import Office
from tests.asterisk.scenarios import (
    CLIENT,
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
from tests.asterisk.steering import channel_of, key_in, steering
from tests.asterisk.transfer_scenarios import DIALLED, DID, in_talk, passed_on, refer

OTHER = "+79265550101"


@scenario("101 presses #1 and 102; 102 declines", "transfer", "feature")
async def feature_blind_declined(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, _ring = await in_talk(office)
    await key_in(office, "PJSIP/101-", "#1", "102")
    second = await boris.ringing()
    await asyncio.sleep(RING_SECONDS)
    await second.decline()
    await call.over()
    truth = inbound(DID, ["101", "102"], "answered", answered_by=["101"])
    truth["calls"][0]["transfers"] = [{"type": "blind", "from": "101", "to": "102", "ok": False}]
    return truth


@scenario("101 sends the client to 102 by 202; 102 does not answer; 101 answers again", "transfer")
async def blind_refer_returned(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    await refer(ring, "202")
    await (await boris.ringing()).over()
    back = await ring.phone.ringing()
    await asyncio.sleep(RING_SECONDS)
    await back.answer()
    await talk(call, call)
    truth = inbound(DID, ["101", "102"], "answered", answered_by=["101"])
    returned = {"type": "blind", "from": "101", "to": "202", "outcome": "returned"}
    truth["calls"][0]["transfers"] = [returned]
    return truth


@scenario("101 sends the client to the queue sales; 103 answers there", "transfer", "queue")
async def blind_refer_to_queue(office: Office) -> Truth:
    boris, vera = await phones_of(office, "102", "103")
    call, ring = await in_talk(office)
    await refer(ring, "751")
    await boris.ringing()
    second = await vera.ringing()
    await asyncio.sleep(RING_SECONDS)
    await second.answer()
    await talk(call, second)
    transfers = [{"type": "blind", "from": "101", "to": "751"}]
    rang = ["101", "102", "103"]
    answered_by = ["101", "103"]
    return inbound(
        DID, rang, "answered", answered_by=answered_by, transfers=transfers, queue="sales"
    )


@scenario("101 sends the client to the ring group 600; 103 answers", "transfer", "group")
async def blind_refer_to_group(office: Office) -> Truth:
    boris, vera = await phones_of(office, "102", "103")
    call, ring = await in_talk(office)
    await refer(ring, "600")
    await boris.ringing()
    second = await vera.ringing()
    await asyncio.sleep(RING_SECONDS)
    await second.answer()
    await talk(call, call)
    transfers = [{"type": "blind", "from": "101", "to": "600"}]
    rang = ["101", "102", "103"]
    return inbound(DID, rang, "answered", answered_by=["101", "103"], transfers=transfers)


@scenario("101 sends the client to an outside number, which answers", "transfer", "outside")
async def blind_refer_outside(office: Office) -> Truth:
    call, ring = await in_talk(office)
    await refer(ring, DIALLED)
    far = await office.trunk.ringing()
    await asyncio.sleep(RING_SECONDS)
    await far.answer()
    await talk(call, far)
    transfers = [{"type": "blind", "from": "101", "to": DIALLED}]
    truth = inbound(DID, ["101"], "answered", answered_by=["101"], transfers=transfers)
    truth["calls"][0]["outside"] = [{"number": DIALLED, "outcome": "answered"}]
    return truth


@scenario("A program sends the client from 101 to 102 (BlindTransfer)", "transfer", "ami")
async def ami_blind_answered(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, _ring = await in_talk(office)
    async with steering(office) as link:
        agent = await channel_of(link, "PJSIP/101-")
        await link.action("BlindTransfer", Channel=agent, Context="agents", Exten="102")
        second = await boris.ringing()
        await asyncio.sleep(RING_SECONDS)
        await second.answer()
        await talk(call, call)
    return passed_on("blind", "101", "102")


@scenario("A program moves the client to 102 (Redirect), who does not answer in time", "transfer")
async def redirect_given_up(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, _ring = await in_talk(office)
    async with steering(office) as link:
        channel = await channel_of(link, "PJSIP/provider-")
        await link.action("Redirect", Channel=channel, Context="agents", Exten="102", Priority="1")
        await boris.ringing()
        await asyncio.sleep(RING_SECONDS)
        await call.hang_up()
    truth = inbound(DID, ["101", "102"], "answered", answered_by=["101"])
    truth["calls"][0]["transfers"] = [{"type": "redirect", "from": "", "to": "102", "ok": False}]
    return truth


@scenario("101 sends the client to 102, and 102 sends the client on to 103", "transfer")
async def passed_on_twice(office: Office) -> Truth:
    boris, vera = await phones_of(office, "102", "103")
    call, ring = await in_talk(office)
    await refer(ring, "102")
    second = await boris.ringing()
    await second.answer()
    await asyncio.sleep(TALK_SECONDS)
    await refer(second, "103")
    third = await vera.ringing()
    await asyncio.sleep(RING_SECONDS)
    await third.answer()
    await talk(call, call)
    people = ["101", "102", "103"]
    transfers = [
        {"type": "blind", "from": "101", "to": "102"},
        {"type": "blind", "from": "102", "to": "103"},
    ]
    return inbound(DID, people, "answered", answered_by=people, transfers=transfers)


@scenario("101 dials a client, who answers, and sends him on to 102", "transfer", "outbound")
async def outbound_passed_on(office: Office) -> Truth:
    anna, boris = await phones_of(office, "101", "102")
    call = await anna.dial(DIALLED)
    far = await office.trunk.ringing()
    await asyncio.sleep(RING_SECONDS)
    await far.answer()
    await call.up()
    await asyncio.sleep(1)
    await refer(call, "102")
    second = await boris.ringing()
    await asyncio.sleep(RING_SECONDS)
    await second.answer()
    await talk(second, far)
    truth = outbound("101", DIALLED, "answered", answered_by=[DIALLED], handled_by="102")
    truth["calls"][0]["rang"] = ["102", DIALLED]
    truth["calls"][0]["transfers"] = [{"type": "blind", "from": "101", "to": "102"}]
    return truth


@scenario("101 calls 102, who sends 101 on to 103", "transfer", "internal")
async def internal_passed_on(office: Office) -> Truth:
    anna, boris, vera = await phones_of(office, "101", "102", "103")
    call = await anna.dial("102")
    ring = await boris.ringing()
    await ring.answer()
    await call.up()
    await asyncio.sleep(1)
    await refer(ring, "103")
    third = await vera.ringing()
    await asyncio.sleep(RING_SECONDS)
    await third.answer()
    await talk(call, call)
    truth = internal("101", "102", "answered", rang=["102", "103"], answered_by=["102", "103"])
    truth["calls"][0]["transfers"] = [{"type": "blind", "from": "102", "to": "103"}]
    return truth


@scenario("101's client is in the queue sales again and gives up there", "transfer", "queue")
async def blind_refer_to_queue_given_up(office: Office) -> Truth:
    boris, _vera = await phones_of(office, "102", "103")
    call, ring = await in_talk(office)
    await refer(ring, "751")
    await boris.ringing()
    await asyncio.sleep(RING_SECONDS)
    await call.hang_up()
    truth = inbound(DID, ["101", "102", "103"], "answered", answered_by=["101"], queue="sales")
    truth["calls"][0]["transfers"] = [{"type": "blind", "from": "101", "to": "751", "ok": False}]
    return truth


@scenario("A queue's client is sent on by 102 to 104, who answers", "transfer", "queue")
async def queue_passed_on(office: Office) -> Truth:
    anna, boris, gleb = await phones_of(office, "101", "102", "104")
    call = await office.trunk.call("74950000701", caller=CLIENT)
    await anna.ringing()
    ring = await boris.ringing()
    await ring.answer()
    await asyncio.sleep(TALK_SECONDS)
    await refer(ring, "104")
    second = await gleb.ringing()
    await asyncio.sleep(RING_SECONDS)
    await second.answer()
    await talk(call, second)
    transfers = [{"type": "blind", "from": "102", "to": "104"}]
    rang, answered_by = ["101", "102", "104"], ["102", "104"]
    return inbound(
        "74950000701", rang, "answered", answered_by=answered_by, transfers=transfers, queue="sales"
    )
