"""Recordable stories of queue after queue, menus, announcements, recordings and second tries."""

import asyncio

from tests.asterisk.office import Office
from tests.asterisk.scenarios import (
    CLIENT,
    RING_SECONDS,
    TALK_SECONDS,
    Truth,
    first_to_ring,
    inbound,
    internal,
    outbound,
    phones_of,
    scenario,
    talk,
)
from tests.asterisk.steering import press, steering
from tests.asterisk.transfer_scenarios import DIALLED, DID

OTHER = "+79265550101"
MOBILE = "79037770101"
SALES = ["101", "102", "103"]


@scenario("Reception is too slow; the client overflows to sales, where 103 answers", "queue")
async def queue_overflow_answered(office: Office) -> Truth:
    _anna, _boris, clara = await phones_of(office, "101", "102", "103")
    call = await office.trunk.call("74950000704", caller=CLIENT)
    ring = await clara.ringing()
    await asyncio.sleep(RING_SECONDS)
    await ring.answer()
    await talk(call, call)
    truth = inbound("74950000704", SALES, "answered", answered_by=["103"], queue="sales")
    truth["calls"][0]["queues"] = [["reception", "timeout"], ["sales", "answered"]]
    return truth


@scenario("Reception rings in vain and gives up: the PBX hangs up", "queue")
async def queue_timeout_hung_up(office: Office) -> Truth:
    await phones_of(office, "101", "102")
    call = await office.trunk.call("74950000705", caller=CLIENT)
    await call.over()
    truth = inbound("74950000705", ["101", "102"], "no_answer", queue="reception")
    truth["calls"][0]["queues"] = [["reception", "timeout"]]
    return truth


@scenario("105 logs in to the queue backup; a client is answered there", "queue", "dynamic")
async def queue_dynamic_member(office: Office) -> Truth:
    (daria,) = await phones_of(office, "105")
    async with steering(office) as link:
        await link.action("QueueAdd", Queue="backup", Interface="PJSIP/105", MemberName="Daria")
        call = await office.trunk.call("74950000706", caller=CLIENT)
        ring = await daria.ringing()
        await asyncio.sleep(RING_SECONDS)
        await ring.answer()
        await talk(call, ring)
        await link.action("QueueRemove", Queue="backup", Interface="PJSIP/105")
    return inbound("74950000706", ["105"], "answered", answered_by=["105"], queue="backup")


@scenario("Nobody is logged in to the queue backup: an announcement, then the end", "queue")
async def queue_without_members(office: Office) -> Truth:
    call = await office.trunk.call("74950000706", caller=CLIENT)
    await call.up()
    await asyncio.sleep(TALK_SECONDS)
    await call.hang_up()
    return inbound("74950000706", [], "abandoned")


@scenario("A menu, the client presses 1 and waits in sales; 102 answers", "menu", "queue")
async def menu_then_queue(office: Office) -> Truth:
    phones = await phones_of(office, *SALES)
    call = await office.trunk.call("74950000802", caller=CLIENT)
    await call.up()
    await asyncio.sleep(1)
    async with steering(office) as link:
        await press(link, "PJSIP/provider-", "1")
        rings = [await phone.ringing() for phone in phones]
        await asyncio.sleep(RING_SECONDS)
        await rings[1].answer()
        await asyncio.sleep(TALK_SECONDS)
        await call.hang_up()
    return inbound("74950000802", SALES, "answered", answered_by=["102"], queue="sales")


@scenario("A menu, the client presses 2 for 101, who does not answer; the client leaves", "menu")
async def menu_then_given_up(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.call("74950000802", caller=CLIENT)
    await call.up()
    await asyncio.sleep(1)
    async with steering(office) as link:
        await press(link, "PJSIP/provider-", "2")
        await anna.ringing()
        await asyncio.sleep(RING_SECONDS)
        await call.hang_up()
    return inbound("74950000802", ["101"], "abandoned")


@scenario("The client hangs up in the menu", "menu")
async def menu_given_up(office: Office) -> Truth:
    call = await office.trunk.call("74950000802", caller=CLIENT)
    await call.up()
    await asyncio.sleep(1)
    await call.hang_up()
    return inbound("74950000802", [], "abandoned")


@scenario("An announcement of the provider before the client's phone rings; answered", "early")
async def early_media_answered(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call = await boris.dial(DIALLED)
    far = await office.trunk.ringing()
    far.play_early()
    await asyncio.sleep(TALK_SECONDS)
    await far.answer()
    await talk(call, call)
    return outbound("102", DIALLED, "answered", answered_by=[DIALLED])


@scenario("An announcement of the provider that the number is wrong, then its refusal", "early")
async def early_media_failed(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call = await boris.dial(DIALLED)
    far = await office.trunk.ringing()
    far.play_early()
    await asyncio.sleep(TALK_SECONDS)
    await far.refuse(404, "Not Found")
    await call.over()
    return outbound("102", DIALLED, "failed")


@scenario("The number is asked for after the call has begun", "caller-id")
async def number_learnt_late(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.withheld_call("74950007101")
    ring = await anna.ringing()
    await asyncio.sleep(RING_SECONDS)
    await ring.answer()
    await talk(call, call)
    return inbound("74950007101", ["101"], "answered", answered_by=["101"], name="Learnt Late")


@scenario("A recorded call; 101 records a part once more by the one-touch key", "recording")
async def recorded_twice(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.call("74950002101", caller=CLIENT)
    ring = await anna.ringing()
    await ring.answer()
    await call.up()
    await asyncio.sleep(1)
    async with steering(office) as link:
        await press(link, "PJSIP/101-", "*3")
        await asyncio.sleep(TALK_SECONDS)
        await press(link, "PJSIP/101-", "*3")
        await asyncio.sleep(1)
    await talk(call, call)
    return inbound("74950002101", ["101"], "answered", answered_by=["101"], files=2)


@scenario("101 dials the same client twice within two seconds; the first time in vain", "two calls")
async def same_pair_twice(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    one = await anna.dial(DIALLED)
    await (await office.trunk.ringing()).busy()
    await one.over()
    two = await anna.dial(DIALLED)
    far = await office.trunk.ringing()
    await far.answer()
    await talk(two, far)
    truth = outbound("101", DIALLED, "busy")
    truth["calls"] += outbound("101", DIALLED, "answered", answered_by=[DIALLED])["calls"]
    return truth


@scenario("The same client calls again within two seconds of hanging up", "two calls")
async def same_client_again(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    one = await office.trunk.call(DID, caller=CLIENT)
    await anna.ringing()
    await asyncio.sleep(RING_SECONDS)
    await one.cancel()
    two = await office.trunk.call(DID, caller=CLIENT)
    await (await anna.ringing()).answer()
    await talk(two, two)
    truth = inbound(DID, ["101"], "abandoned")
    truth["calls"] += inbound(DID, ["101"], "answered", answered_by=["101"])["calls"]
    return truth


@scenario("Click-to-call: 101 answers, the client says busy", "click")
async def click_client_busy(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    async with steering(office) as link:
        await link.action(
            "Originate",
            Channel="PJSIP/101",
            Context="agents",
            Exten=DIALLED,
            Priority="1",
            CallerID="Call client <101>",
            Async="true",
        )
        ring = await anna.ringing()
        await ring.answer()
        far = await office.trunk.ringing()
        await asyncio.sleep(RING_SECONDS)
        await far.busy()
        await ring.over()
    return outbound("101", DIALLED, "busy", rang=["101", DIALLED], click=True)


@scenario("Click-to-call of a colleague: 101 answers, then 104 does", "click", "internal")
async def click_colleague(office: Office) -> Truth:
    anna, gleb = await phones_of(office, "101", "104")
    async with steering(office) as link:
        await link.action(
            "Originate",
            Channel="PJSIP/101",
            Context="agents",
            Exten="104",
            Priority="1",
            CallerID="Call client <101>",
            Async="true",
        )
        ring = await anna.ringing()
        await ring.answer()
        second = await gleb.ringing()
        await asyncio.sleep(RING_SECONDS)
        await second.answer()
        await talk(second, second)
    return internal("101", "104", "answered", rang=["101", "104"], answered_by=["104"], click=True)


@scenario("A queue's call rings twice at 104 before 105 answers", "queue", "local")
async def queue_rings_on(office: Office) -> Truth:
    phones = await phones_of(office, "104", "105")
    call = await office.trunk.call("74950000702", caller=CLIENT)
    first = await first_to_ring(phones)
    await first.over()
    other = next(phone for phone in phones if phone is not first.phone)
    ring = await other.ringing()
    await asyncio.sleep(RING_SECONDS)
    await ring.answer()
    await talk(call, call)
    rang = sorted([first.phone.user, ring.phone.user])
    answered_by = [ring.phone.user]
    return inbound("74950000702", rang, "answered", answered_by=answered_by, queue="support")


@scenario("102 dials out; the first way is down (503), by the second the client answers", "trunk")
async def outbound_second_way(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call = await boris.dial(f"9{DIALLED}")
    await (await office.trunk.ringing()).refuse(503, "Service Unavailable")
    far = await office.trunk.ringing()
    await asyncio.sleep(RING_SECONDS)
    await far.answer()
    await talk(call, far)
    return outbound("102", DIALLED, "answered", answered_by=[DIALLED])
