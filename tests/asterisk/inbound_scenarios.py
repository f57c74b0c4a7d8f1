"""Recordable stories of clients who call one phone, a ring group or nobody."""

import asyncio

from tests.asterisk.office import Office
from tests.asterisk.scenarios import (
    CLIENT,
    RING_SECONDS,
    TALK_SECONDS,
    Truth,
    inbound,
    phones_of,
    scenario,
    talk,
)

GROUP = ["101", "102", "103"]


@scenario("Direct call to 101, who answers; the client hangs up")
async def direct_answered_short(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.call("74950000101", caller=CLIENT)
    await (await anna.ringing()).answer()
    await talk(call, call)
    return inbound("74950000101", ["101"], "answered", answered_by=["101"])


@scenario("Direct call to 101, whose phone rings and then says busy (486)")
async def direct_busy(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.call("74950000101", caller=CLIENT)
    ring = await anna.ringing()
    await asyncio.sleep(RING_SECONDS)
    await ring.busy()
    await call.over()
    return inbound("74950000101", ["101"], "busy")


@scenario("Direct call to 101, whose phone says busy (486) at once and never rings")
async def direct_busy_without_ringing(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    anna.refuses_with = (486, "Busy Here")
    call = await office.trunk.call("74950000101", caller=CLIENT)
    await call.over()
    return inbound("74950000101", [], "busy", refused=["101"])


@scenario("Direct call to 101, who declines (603) after a second")
async def direct_declined(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.call("74950000101", caller=CLIENT)
    ring = await anna.ringing()
    await asyncio.sleep(RING_SECONDS)
    await ring.decline()
    await call.over()
    return inbound("74950000101", ["101"], "declined")


@scenario("Direct call to 101, whose phone is set to do-not-disturb (603 at once)")
async def direct_declined_without_ringing(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    anna.refuses_with = (603, "Decline")
    call = await office.trunk.call("74950000101", caller=CLIENT)
    await call.over()
    return inbound("74950000101", [], "declined", refused=["101"])


@scenario("Direct call to 109, whose phone is not registered")
async def direct_unregistered(office: Office) -> Truth:
    call = await office.trunk.call("74950000109", caller=CLIENT)
    await call.over()
    return inbound("74950000109", [], "failed", unregistered=["109"])


@scenario("Direct call to 101, nobody answers for two seconds")
async def direct_no_answer_short(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.call("74950003101", caller=CLIENT)
    await anna.ringing()
    await call.over()
    return inbound("74950003101", ["101"], "no_answer")


@scenario("Direct call to 101, nobody answers, the client leaves a message", "voicemail")
async def direct_no_answer_voicemail(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.call("74950004101", caller=CLIENT)
    await anna.ringing()
    await call.up()
    await asyncio.sleep(17)  # the greeting, the tone, then a few seconds of message
    await call.hang_up()
    return inbound("74950004101", ["101"], "voicemail")


@scenario("Direct call to 101, who puts the client on hold for a second and comes back", "hold")
async def direct_hold(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.call("74950000101", caller=CLIENT)
    ring = await anna.ringing()
    await ring.answer()
    await call.up()
    await asyncio.sleep(1)
    await ring.hold()
    await asyncio.sleep(1)
    await ring.resume()
    await talk(call, ring, 1)
    return inbound("74950000101", ["101"], "answered", answered_by=["101"], hold_seconds=1)


@scenario("Two devices of 101 ring, the second answers", "devices")
async def two_devices_second_answers(office: Office) -> Truth:
    first, second = await phones_of(office, "101", "101")
    call = await office.trunk.call("74950001101", caller=CLIENT)
    await first.ringing()
    ring = await second.ringing()
    await asyncio.sleep(RING_SECONDS)
    await ring.answer()
    await talk(call, ring)
    return inbound("74950001101", ["101"], "answered", answered_by=["101"], devices=2)


@scenario("Two devices of 101 ring, one declines, the other answers", "devices")
async def two_devices_one_declines(office: Office) -> Truth:
    first, second = await phones_of(office, "101", "101")
    call = await office.trunk.call("74950001101", caller=CLIENT)
    refused, ring = await first.ringing(), await second.ringing()
    await refused.decline()
    await asyncio.sleep(RING_SECONDS)
    await ring.answer()
    await talk(call, ring)
    return inbound("74950001101", ["101"], "answered", answered_by=["101"], devices=2)


@scenario("Ring group 101+102+103: one is busy, one declines, one is not registered", "group")
async def group_all_refuse(office: Office) -> Truth:
    anna, boris = await phones_of(office, "101", "102")
    call = await office.trunk.call("74950000600", caller=CLIENT)
    first, second = await anna.ringing(), await boris.ringing()
    await asyncio.sleep(RING_SECONDS)
    await first.busy()
    await second.decline()
    await call.over()
    return inbound("74950000600", ["101", "102"], "busy or declined", unregistered=["103"])


@scenario("Ring group 101+102+103: one declines, another answers", "group")
async def group_one_declines_one_answers(office: Office) -> Truth:
    phones = await phones_of(office, *GROUP)
    call = await office.trunk.call("74950000600", caller=CLIENT)
    rings = [await phone.ringing() for phone in phones]
    await rings[0].decline()
    await asyncio.sleep(RING_SECONDS)
    await rings[1].answer()
    await talk(call, rings[1])
    return inbound("74950000600", GROUP, "answered", answered_by=["102"], declined=["101"])


@scenario("Ring group 101+102+103: the client hangs up while all ring", "group")
async def group_caller_hangs_up(office: Office) -> Truth:
    phones = await phones_of(office, *GROUP)
    call = await office.trunk.call("74950000600", caller=CLIENT)
    for phone in phones:
        await phone.ringing()
    await asyncio.sleep(RING_SECONDS)
    await call.cancel()
    return inbound("74950000600", GROUP, "abandoned")


@scenario("Withheld number to 101, who does not answer in time", "caller-id")
async def withheld_no_answer(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.withheld_call("74950003101")
    await anna.ringing()
    await call.over()
    truth = inbound("74950003101", ["101"], "no_answer")
    truth["calls"][0]["caller"] = "anonymous"
    return truth


@scenario("The same client calls two numbers at once; both are answered", "two calls")
async def same_client_twice(office: Office) -> Truth:
    anna, boris = await phones_of(office, "101", "102")
    one = await office.trunk.call("74950000101", caller=CLIENT)
    two = await office.trunk.call("74950000102", caller=CLIENT)
    await (await anna.ringing()).answer()
    await (await boris.ringing()).answer()
    await asyncio.sleep(TALK_SECONDS)
    await one.hang_up()
    await two.hang_up()
    calls = [
        inbound(did, [extension], "answered", answered_by=[extension])["calls"][0]
        for did, extension in (("74950000101", "101"), ("74950000102", "102"))
    ]
    return {"direction": "inbound", "calls": calls}


@scenario("A second client calls 101 during a talk; the first call goes on", "two calls")
async def second_call_while_talking(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    one = await office.trunk.call("74950000101", caller=CLIENT)
    await (await anna.ringing()).answer()
    await one.up()
    two = await office.trunk.call("74950000101", caller="+79265550101")
    await anna.ringing()
    await asyncio.sleep(RING_SECONDS)
    await two.cancel()
    await talk(one, one)
    truth = inbound("74950000101", ["101"], "answered", answered_by=["101"])
    missed = inbound("74950000101", ["101"], "abandoned")["calls"][0]
    truth["calls"].append({**missed, "caller": "+79265550101"})
    return truth


@scenario("An announcement is played; the client hangs up; nobody's phone rings", "announcement")
async def announcement_only(office: Office) -> Truth:
    call = await office.trunk.call("74950000800", caller=CLIENT)
    await talk(call, call)
    return inbound("74950000800", [], "abandoned")


@scenario("A number that the dialplan does not know")
async def unknown_did(office: Office) -> Truth:
    call = await office.trunk.call("74950000999", caller=CLIENT)
    await call.over()
    return {"direction": "inbound", "calls": []}
