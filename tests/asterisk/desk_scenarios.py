"""Recordable stories of calls parked, picked up, forwarded, held beside another, in meetings."""

import asyncio

from tests.asterisk.office import Office
from tests.asterisk.scenarios import (
    CLIENT,
    RING_SECONDS,
    TALK_SECONDS,
    Truth,
    inbound,
    internal,
    phones_of,
    scenario,
    talk,
)
from tests.asterisk.steering import channel_of, press, steering
from tests.asterisk.transfer_scenarios import DID, in_talk

OTHER = "+79265550101"
MOBILE = "79037770101"
SALES = ["101", "102", "103"]


@scenario("101 parks with #72; nobody takes the client; 101 is rung back and answers", "park")
async def parked_and_came_back(office: Office) -> Truth:
    call, ring = await in_talk(office)
    async with steering(office) as link:
        await press(link, "PJSIP/101-", "#72")
        await link.until(lambda m: m.get("Event") == "ParkedCall")
        await asyncio.sleep(0.5)
        await ring.hang_up()
        back = await ring.phone.ringing()
        await asyncio.sleep(RING_SECONDS)
        await back.answer()
        await talk(call, call)
    truth = inbound(DID, ["101"], "answered", answered_by=["101"])
    parked = {"type": "park", "from": "101", "to": "701", "outcome": "returned"}
    truth["calls"][0]["transfers"] = [parked]
    return truth


@scenario("101 parks with #72; the client hangs up in the slot", "park")
async def parked_and_given_up(office: Office) -> Truth:
    call, ring = await in_talk(office)
    async with steering(office) as link:
        await press(link, "PJSIP/101-", "#72")
        await link.until(lambda m: m.get("Event") == "ParkedCall")
        await asyncio.sleep(0.5)
        await ring.hang_up()
        await asyncio.sleep(1)
        await call.hang_up()
    truth = inbound(DID, ["101"], "answered", answered_by=["101"])
    truth["calls"][0]["transfers"] = [{"type": "park", "from": "101", "to": "701", "ok": False}]
    return truth


@scenario("101's call rings; 103 takes just that call (*101)", "pickup")
async def pickup_directed(office: Office) -> Truth:
    anna, clara = await phones_of(office, "101", "103")
    call = await office.trunk.call(DID, caller=CLIENT)
    await anna.ringing()
    await asyncio.sleep(RING_SECONDS)
    taken = await clara.dial("*101")
    await call.up()
    await talk(taken, taken)
    return inbound(DID, ["101"], "answered", answered_by=["103"], pickup="103")


@scenario(
    "101's call rings; 103 asks for it on the screen, lifts the own phone and has it", "pickup"
)
async def pickup_ordered(office: Office) -> Truth:
    anna, clara = await phones_of(office, "101", "103")
    call = await office.trunk.call(DID, caller=CLIENT)
    await anna.ringing()
    await asyncio.sleep(RING_SECONDS)
    async with steering(office) as link:
        await link.action(
            "Originate",
            Channel="PJSIP/103",
            Application="PickupChan",
            Data=await channel_of(link, "PJSIP/101-"),
            CallerID=f"{CLIENT} <103>",
            Async="true",
        )
        own = await clara.ringing()
        await asyncio.sleep(RING_SECONDS)
        await own.answer()
        await call.up()
        await talk(own, own)
    truth = inbound(DID, ["101", "103"], "answered", answered_by=["103"], pickup="103")
    truth["calls"][0]["click"] = True
    return truth


@scenario("A queue's call rings at three phones; 104 takes it with the pickup code", "pickup")
async def pickup_from_queue(office: Office) -> Truth:
    phones = await phones_of(office, *SALES)
    (gleb,) = await phones_of(office, "104")
    call = await office.trunk.call("74950000701", caller=CLIENT)
    for phone in phones:
        await phone.ringing()
    await asyncio.sleep(RING_SECONDS)
    taken = await gleb.dial("*8")
    await taken.up()
    await talk(call, call)
    return inbound(
        "74950000701", SALES, "answered", answered_by=["104"], pickup="104", queue="sales"
    )


@scenario("102 calls 101; 103 takes the call with the pickup code", "pickup", "internal")
async def pickup_internal(office: Office) -> Truth:
    anna, boris, clara = await phones_of(office, "101", "102", "103")
    call = await boris.dial("101")
    await anna.ringing()
    await asyncio.sleep(RING_SECONDS)
    taken = await clara.dial("*8")
    await call.up()
    await talk(taken, call)
    return internal("102", "101", "answered", answered_by=["103"], pickup="103")


@scenario("A second client rings in a talk; 101 holds the first, answers, comes back", "two calls")
async def call_waiting_answered(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    one = await office.trunk.call(DID, caller=CLIENT)
    first = await anna.ringing()
    await first.answer()
    await one.up()
    await asyncio.sleep(0.5)
    two = await office.trunk.call(DID, caller=OTHER)
    second = await anna.ringing()
    await asyncio.sleep(RING_SECONDS)
    await first.hold()
    await second.answer()
    await two.up()
    await asyncio.sleep(TALK_SECONDS)
    await second.hang_up()
    await first.resume()
    await talk(one, first)
    truth = inbound(DID, ["101"], "answered", answered_by=["101"], hold_seconds=1.5)
    other = inbound(DID, ["101"], "answered", answered_by=["101"], caller=OTHER)["calls"][0]
    truth["calls"].append(other)
    return truth


@scenario("101's phone sends every call to colleague 102 (302), who answers", "forward")
async def forwarded_to_colleague(office: Office) -> Truth:
    anna, boris = await phones_of(office, "101", "102")
    call = await office.trunk.call(DID, caller=CLIENT)
    ring = await anna.ringing()
    await ring.forward("102")
    second = await boris.ringing()
    await asyncio.sleep(RING_SECONDS)
    await second.answer()
    await talk(call, call)
    truth = inbound(DID, ["101", "102"], "answered", answered_by=["102"])
    truth["calls"][0]["transfers"] = [{"type": "forward", "from": "101", "to": "102"}]
    return truth


@scenario("101's phone sends every call to a mobile (302), which answers", "forward", "outside")
async def forwarded_outside(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.call(DID, caller=CLIENT)
    ring = await anna.ringing()
    await ring.forward(MOBILE)
    far = await office.trunk.ringing()
    await asyncio.sleep(RING_SECONDS)
    await far.answer()
    await talk(call, call)
    truth = inbound(DID, ["101"], "answered", answered_by=[])
    truth["calls"][0]["transfers"] = [{"type": "forward", "from": "101", "to": MOBILE}]
    truth["calls"][0]["outside"] = [{"number": MOBILE, "outcome": "answered"}]
    return truth


@scenario("101 does not answer; the agent's mobile is rung next and answers", "follow-me")
async def follow_me_answered(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.call("74950005101", caller=CLIENT)
    await (await anna.ringing()).over()
    far = await office.trunk.ringing()
    await asyncio.sleep(RING_SECONDS)
    await far.answer()
    await talk(call, far)
    truth = inbound("74950005101", ["101"], "answered", answered_by=[])
    truth["calls"][0]["outside"] = [{"number": MOBILE, "outcome": "answered"}]
    return truth


@scenario("101's phone and mobile ring at once; the phone answers", "follow-me")
async def phone_and_mobile(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.call("74950006101", caller=CLIENT)
    ring = await anna.ringing()
    await office.trunk.ringing()
    await asyncio.sleep(RING_SECONDS)
    await ring.answer()
    await talk(call, call)
    truth = inbound("74950006101", ["101"], "answered", answered_by=["101"])
    truth["calls"][0]["outside"] = [{"number": MOBILE, "outcome": "answered_elsewhere"}]
    return truth


@scenario("A ring group of Local channels, 102 answers", "group", "local")
async def group_local_answered(office: Office) -> Truth:
    anna, boris = await phones_of(office, "101", "102")
    call = await office.trunk.call("74950000601", caller=CLIENT)
    await anna.ringing()
    ring = await boris.ringing()
    await asyncio.sleep(RING_SECONDS)
    await ring.answer()
    await talk(call, call)
    return inbound("74950000601", ["101", "102"], "answered", answered_by=["102"])


@scenario("The client is put into a meeting; 101 and 102 dial into it", "conference")
async def conference_with_client(office: Office) -> Truth:
    anna, boris = await phones_of(office, "101", "102")
    call = await office.trunk.call("74950000960", caller=CLIENT)
    await call.up()
    one = await anna.dial("900")
    await one.up()
    await asyncio.sleep(1)
    two = await boris.dial("900")
    await two.up()
    await asyncio.sleep(TALK_SECONDS)
    await one.hang_up()
    await asyncio.sleep(1)
    await call.hang_up()
    await two.hang_up()
    return inbound("74950000960", [], "answered", answered_by=["101", "102"])


@scenario("A supervisor listens to 101's talk with a client", "spy")
async def listened_to(office: Office) -> Truth:
    (lev,) = await phones_of(office, "110")
    call, ring = await in_talk(office)
    spy = await lev.dial("5101")
    await spy.up()
    await asyncio.sleep(TALK_SECONDS)
    await spy.hang_up()
    await talk(call, ring)
    return inbound(DID, ["101"], "answered", answered_by=["101"])


@scenario("A program moves the client and 101 into a meeting (Redirect of both)", "conference")
async def redirected_to_meeting(office: Office) -> Truth:
    call, ring = await in_talk(office)
    async with steering(office) as link:
        client = await channel_of(link, "PJSIP/provider-")
        agent = await channel_of(link, "PJSIP/101-")
        await link.action(
            "Redirect",
            Channel=client,
            ExtraChannel=agent,
            Context="agents",
            Exten="900",
            Priority="1",
            ExtraContext="agents",
            ExtraExten="900",
            ExtraPriority="1",
        )
        await asyncio.sleep(TALK_SECONDS)
        await call.hang_up()
        await ring.hang_up()
    return inbound(DID, ["101"], "answered", answered_by=["101"])
