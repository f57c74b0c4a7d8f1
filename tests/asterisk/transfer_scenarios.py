"""Recordable stories of calls that are passed on, picked up, parked, or placed by a click."""

import asyncio

from tests.asterisk.ami import Ami
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
from tests.asterisk.sip_call import SipCall
from tests.asterisk.sip_message import tag_in
from tests.asterisk.steering import channel_of, steering

DID = "74950000101"
DIALLED = "89161234567"


async def refer(call: SipCall, number: str, consulted: SipCall | None = None) -> None:
    """The phone's own transfer key: to a number, or to the one it talks to on another line."""
    target = f"sip:{number}@{call.phone.pbx[0]}:{call.phone.pbx[1]}"
    if consulted is not None:
        ours = consulted.tag if consulted.is_incoming else tag_in(consulted.invite["From"])
        replaces = f"{consulted.invite.call_id};to-tag={consulted.remote_tag};from-tag={ours}"
        escaped = replaces.replace("@", "%40").replace(";", "%3B").replace("=", "%3D")
        target += f"?Replaces={escaped}"
    request = call.request("REFER")
    call.phone.add_contact(request)
    request.headers += [("Refer-To", f"<{target}>"), ("Referred-By", f"<{call.phone.address}>")]
    answer = await call.phone.ask(request)
    assert answer.status == 202, answer.start_line


async def in_talk(office: Office) -> tuple[SipCall, SipCall]:
    """The client talks to 101: the client's call and 101's."""
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.call(DID, caller=CLIENT)
    ring = await anna.ringing()
    await ring.answer()
    await call.up()
    await asyncio.sleep(1)
    return call, ring


def passed_on(kind: str, by: str, to: str, **more: object) -> Truth:
    return inbound(
        DID,
        ["101", "102"],
        "answered",
        answered_by=["101", "102"],
        transfers=[{"type": kind, "from": by, "to": to}],
        **more,
    )


@scenario("101 sends the client to 102 with the phone's transfer key; 102 answers", "transfer")
async def blind_refer_answered(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    await refer(ring, "102")
    second = await boris.ringing()
    await asyncio.sleep(RING_SECONDS)
    await second.answer()
    await talk(call, call)
    return passed_on("blind", "101", "102")


@scenario("101 sends the client to 102, who does not answer; the client hangs up", "transfer")
async def blind_refer_given_up(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    await refer(ring, "102")
    await boris.ringing()
    await asyncio.sleep(RING_SECONDS)
    await call.hang_up()
    truth = inbound(DID, ["101", "102"], "answered", answered_by=["101"])
    truth["calls"][0]["transfers"] = [{"type": "blind", "from": "101", "to": "102", "ok": False}]
    return truth


@scenario("101 sends the client to 102, who declines", "transfer")
async def blind_refer_declined(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    await refer(ring, "102")
    await (await boris.ringing()).decline()
    await call.over()
    truth = inbound(DID, ["101", "102"], "answered", answered_by=["101"])
    truth["calls"][0]["transfers"] = [{"type": "blind", "from": "101", "to": "102", "ok": False}]
    return truth


@scenario("101 asks 102 on a second line, then joins the client and 102", "transfer")
async def attended_refer_answered(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    await ring.hold()
    asked = await ring.phone.dial("102")
    second = await boris.ringing()
    await second.answer()
    await asked.up()
    await asyncio.sleep(TALK_SECONDS)
    await refer(ring, "102", asked)
    await asyncio.sleep(0.5)  # the phone is told that it may hang up
    await talk(call, call)
    return passed_on("attended", "101", "102", hold_seconds=1.5)


@scenario("101 asks 102 on a second line, who declines; 101 goes back to the client", "transfer")
async def attended_consult_declined(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    await ring.hold()
    asked = await ring.phone.dial("102")
    await (await boris.ringing()).decline()
    await asked.over()
    await ring.resume()
    await talk(call, call)
    truth = inbound(DID, ["101"], "answered", answered_by=["101"])
    consultation = internal("101", "102", "declined")["calls"][0]
    truth["calls"].append({**consultation, "direction": "internal"})
    return truth


@scenario("A supervisor's program moves the client from 101 to 102 (Redirect)", "transfer")
async def redirect_answered(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, _ring = await in_talk(office)
    async with steering(office) as link:
        channel = await channel_of(link, "PJSIP/provider-")
        await link.action("Redirect", Channel=channel, Context="agents", Exten="102", Priority="1")
        second = await boris.ringing()
        await asyncio.sleep(RING_SECONDS)
        await second.answer()
        await talk(call, call)
    return passed_on("redirect", "", "102")


@scenario("101's call rings; 103 takes it with the pickup code", "pickup")
async def pickup_answered(office: Office) -> Truth:
    anna, clara = await phones_of(office, "101", "103")
    call = await office.trunk.call(DID, caller=CLIENT)
    await anna.ringing()
    await asyncio.sleep(RING_SECONDS)
    taken = await clara.dial("*8")
    await call.up()
    await talk(taken, call)
    return inbound(DID, ["101"], "answered", answered_by=["103"], pickup="103")


@scenario("101 parks the client; 102 takes the client from the slot", "park")
async def parked_and_retrieved(office: Office) -> Truth:
    (boris,) = await phones_of(office, "102")
    call, ring = await in_talk(office)
    async with steering(office) as link:
        client = await channel_of(link, "PJSIP/provider-")
        agent = await channel_of(link, "PJSIP/101-")
        await link.action("Park", Channel=client, TimeoutChannel=agent, Parkinglot="default")
        parked = await link.until(lambda m: m.get("Event") == "ParkedCall")
        await ring.hang_up()
        await asyncio.sleep(1)
        taken = await boris.dial(parked["ParkingSpace"])
        await talk(taken, call)
    parked_by = {"type": "park", "from": "101", "to": "102"}
    return inbound(DID, ["101"], "answered", answered_by=["101", "102"], transfers=[parked_by])


@scenario(
    "Click-to-call: 101's phone rings, 101 answers, the client is called and answers", "click"
)
async def click_answered(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    async with steering(office) as link:
        await click(link, "PJSIP/101")
        ring = await anna.ringing()
        await asyncio.sleep(RING_SECONDS)
        await ring.answer()
        far = await office.trunk.ringing()
        await asyncio.sleep(RING_SECONDS)
        await far.answer()
        await talk(far, far)
    return clicked("answered", rang=["101", DIALLED], answered_by=[DIALLED])


@scenario("Click-to-call: 101 does not pick up", "click")
async def click_not_picked_up(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    async with steering(office) as link:
        await click(link, "PJSIP/101", Timeout="2000")
        ring = await anna.ringing()
        await ring.over()
        await link.until(lambda m: m.get("Event") == "OriginateResponse")
    return clicked("no_answer", rang=["101"])


@scenario("Click-to-call through a Local channel", "click", "local")
async def click_local_answered(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    async with steering(office) as link:
        await click(link, "Local/101@agents")
        ring = await anna.ringing()
        await ring.answer()
        far = await office.trunk.ringing()
        await asyncio.sleep(RING_SECONDS)
        await far.answer()
        await talk(far, far)
    return clicked("answered", rang=["101", DIALLED], answered_by=[DIALLED])


def clicked(outcome: str, **more: object) -> Truth:
    return outbound("101", DIALLED, outcome, click=True, **more)


async def click(link: Ami, channel: str, **more: str) -> None:
    """What a CRM asks for when somebody clicks on a number."""
    await link.action(
        "Originate",
        Channel=channel,
        Context="agents",
        Exten=DIALLED,
        Priority="1",
        CallerID="Call client <101>",
        Async="true",
        **more,
    )


@scenario("101 tries the echo test and the pickup code with nothing to pick up", "feature code")
async def feature_codes(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    echo = await anna.dial("999")
    await talk(echo, echo, 1)
    pickup = await anna.dial("*8")
    await pickup.over()
    return {"direction": "internal", "calls": []}


@scenario("101 dials 109, whose phone is not registered", "unregistered")
async def internal_unregistered(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await anna.dial("109")
    await call.over()
    return internal("101", "109", "failed", rang=[])


@scenario("A caller from outside shows the number 104", "caller-id")
async def outsider_shows_104(office: Office) -> Truth:
    (anna,) = await phones_of(office, "101")
    call = await office.trunk.call(DID, caller="104")
    await (await anna.ringing()).answer()
    await talk(call, call)
    return inbound(DID, ["101"], "answered", answered_by=["101"], caller="104")
