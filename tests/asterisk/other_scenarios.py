"""Recordable stories of queues, of calls to the outside and of calls between colleagues."""

import asyncio

from tests.asterisk.office import Office
from tests.asterisk.scenarios import (
    CLIENT,
    RING_SECONDS,
    Truth,
    first_to_ring,
    inbound,
    internal,
    outbound,
    phones_of,
    scenario,
    talk,
)

SALES = ["101", "102", "103"]
SUPPORT = ["104", "105", "106"]
DIALLED = "89161234567"


@scenario("Queue sales (ringall): 102 answers, the client hangs up", "queue")
async def queue_ringall_short(office: Office) -> Truth:
    phones = await phones_of(office, *SALES)
    call = await office.trunk.call("74950000701", caller=CLIENT)
    rings = [await phone.ringing() for phone in phones]
    await asyncio.sleep(RING_SECONDS)
    await rings[1].answer()
    await talk(call, call)
    return inbound("74950000701", SALES, "answered", answered_by=["102"], queue="sales")


@scenario("Queue sales (ringall): 101 declines, the rest ring on, 103 answers", "queue")
async def queue_one_declines(office: Office) -> Truth:
    phones = await phones_of(office, *SALES)
    call = await office.trunk.call("74950000701", caller=CLIENT)
    rings = [await phone.ringing() for phone in phones]
    await rings[0].decline()
    await asyncio.sleep(RING_SECONDS)
    await rings[2].answer()
    await talk(call, rings[2])
    return inbound("74950000701", SALES, "answered", answered_by=["103"], queue="sales")


@scenario("Queue sales with nobody registered: the client waits and gives up", "queue")
async def queue_empty_abandoned(office: Office) -> Truth:
    call = await office.trunk.call("74950000701", caller=CLIENT)
    await talk(call, call)
    return inbound("74950000701", [], "abandoned", queue="sales")


@scenario("Queue reception times out, the client leaves a message", "queue", "voicemail")
async def queue_timeout_voicemail(office: Office) -> Truth:
    anna, boris = await phones_of(office, "101", "102")
    call = await office.trunk.call("74950000703", caller=CLIENT)
    rings = [await anna.ringing(), await boris.ringing()]
    for ring in rings:
        await ring.over()
    await asyncio.sleep(22)  # rung again, the queue's own time-out, the greeting, the message
    await call.hang_up()
    return inbound("74950000703", ["101", "102"], "voicemail", queue="reception")


@scenario(
    "Queue support (one at a time, Local members): the first to ring answers", "queue", "local"
)
async def queue_local_answered(office: Office) -> Truth:
    phones = await phones_of(office, *SUPPORT)
    call = await office.trunk.call("74950000702", caller=CLIENT)
    ring = await first_to_ring(phones)
    await asyncio.sleep(RING_SECONDS)
    await ring.answer()
    await talk(call, ring)
    who = ring.phone.user
    return inbound("74950000702", [who], "answered", answered_by=[who], queue="support")


@scenario("Queue support (Local members): the first declines, the next answers", "queue", "local")
async def queue_local_declined_then_answered(office: Office) -> Truth:
    phones = await phones_of(office, *SUPPORT)
    call = await office.trunk.call("74950000702", caller=CLIENT)
    refused = await first_to_ring(phones)
    await asyncio.sleep(RING_SECONDS)
    await refused.decline()
    ring = await first_to_ring([phone for phone in phones if phone is not refused.phone])
    await ring.answer()
    await talk(call, ring)
    rang = [refused.phone.user, ring.phone.user]
    return inbound("74950000702", rang, "answered", answered_by=[rang[1]], queue="support")


@scenario("Agent 102 dials out, the client says busy (486)")
async def outbound_busy(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call = await boris.dial(DIALLED)
    far = await office.trunk.ringing()
    await asyncio.sleep(RING_SECONDS)
    await far.busy()
    await call.over()
    return outbound("102", DIALLED, "busy")


@scenario("Agent 102 dials out, the client declines (603)")
async def outbound_declined(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call = await boris.dial(DIALLED)
    far = await office.trunk.ringing()
    await asyncio.sleep(RING_SECONDS)
    await far.decline()
    await call.over()
    return outbound("102", DIALLED, "declined")


@scenario("Agent 102 dials out, the provider says that nobody answered (480)")
async def outbound_no_answer(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call = await boris.dial(DIALLED)
    far = await office.trunk.ringing()
    await asyncio.sleep(RING_SECONDS)
    await far.refuse(480, "Temporarily Unavailable")
    await call.over()
    return outbound("102", DIALLED, "no_answer")


@scenario("Agent 102 dials out and gives up while it rings")
async def outbound_given_up(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call = await boris.dial(DIALLED)
    await office.trunk.ringing()
    await call.ringing()
    await asyncio.sleep(RING_SECONDS)
    await call.cancel()
    return outbound("102", DIALLED, "abandoned", given_up_by="102")


@scenario("Agent 102 dials a number that the provider does not know (404)")
async def outbound_wrong_number(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    office.trunk.refuses_with = (404, "Not Found")
    call = await boris.dial(DIALLED)
    await call.over()
    return outbound("102", DIALLED, "failed")


@scenario("Agent 102 dials out, the client answers; the client hangs up")
async def outbound_answered_short(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call = await boris.dial(DIALLED)
    far = await office.trunk.ringing()
    await asyncio.sleep(RING_SECONDS)
    await far.answer()
    await talk(call, far)
    return outbound("102", DIALLED, "answered", answered_by=[DIALLED])


@scenario("Agent 101 calls colleague 104, who answers")
async def internal_answered_short(office: Office) -> Truth:
    anna, gleb = await phones_of(office, "101", "104")
    call = await anna.dial("104")
    ring = await gleb.ringing()
    await asyncio.sleep(RING_SECONDS)
    await ring.answer()
    await talk(call, ring)
    return internal("101", "104", "answered", answered_by=["104"])


@scenario("Agent 101 calls colleague 104, who declines")
async def internal_declined(office: Office) -> Truth:
    anna, gleb = await phones_of(office, "101", "104")
    call = await anna.dial("104")
    ring = await gleb.ringing()
    await asyncio.sleep(RING_SECONDS)
    await ring.decline()
    await call.over()
    return internal("101", "104", "declined")


@scenario("Agent 101 calls colleague 104 and gives up")
async def internal_given_up(office: Office) -> Truth:
    anna, gleb = await phones_of(office, "101", "104")
    call = await anna.dial("104")
    await gleb.ringing()
    await asyncio.sleep(RING_SECONDS)
    await call.cancel()
    return internal("101", "104", "abandoned", given_up_by="101")
