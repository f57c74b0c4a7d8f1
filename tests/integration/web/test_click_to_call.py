"""Click-to-call over HTTP: from one's own phone, once, and within the office's limits (T3)."""

import asyncio
import logging
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from crm_core.access.tables import AuditEntry
from crm_core.calls.control import ActionUnanswered, LiveChannel, PbxRefused, PbxUnreachable
from crm_core.kernel.call_facts import CallSnapshot, CallStatus, Direction, Leg
from crm_core.kernel.events import LinkChanged, OrderedPhoneRang
from tests.integration.web.office import Browser, Json, Office
from tests.integration.web.push_tab import open_tab
from tests.integration.web.random_calls import START, a_call, answer, ring

NUMBER = "+79161234567"


async def click(browser: Browser, number: str = NUMBER, **more: object) -> tuple[int, Json]:
    headers = {"Idempotency-Key": str(more.pop("key"))} if "key" in more else {}
    return await browser.ask("POST", "/api/calls", {"number": number, **more}, headers=headers)


async def alerts(office: Office) -> list[AuditEntry]:
    async with office.database.read() as session:
        query = select(AuditEntry).where(AuditEntry.action == "call_limit.reached")
        return list((await session.exec(query)).all())


async def test_the_source_is_ones_own_phone_and_nothing_else(office: Office) -> None:
    await office.hire("anna", extension="101")
    await office.hire("vera", extension="103")
    await office.hire("gleb")
    async with office.browser("anna") as anna, office.browser("gleb") as gleb:
        for field in ("from", "extension", "source", "endpoint", "channel", "context"):
            status, problem = await click(anna, **{field: "103"})
            assert (status, problem["field"]) == (422, field)
        status, order = await click(anna)
        nowhere = await click(gleb)
        elsewhere = await click(anna, "+79161234568", pbx="south")

    assert (status, order["state"], order["extension"]) == (202, "calling", "101")
    assert (nowhere[0], nowhere[1]["code"]) == (409, "no_phone")
    assert (elsewhere[0], elsewhere[1]["code"]) == (409, "no_phone")
    assert office.control.asked == [("dial", "main", "101", NUMBER)]
    assert order["call_id"] == str(
        office.control.call_id_of("main", office.control.dialled[0].uniqueid)
    )


async def test_a_thousand_clicks_and_paid_numbers_make_one_alarm(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.hire("anna", extension="101")
    paid = ("+881612345678", "+882161234567", "8 809 123-45-67", "810 870 773 123 456")
    with caplog.at_level(logging.WARNING):
        async with office.browser("anna") as anna:
            refused = [(await click(anna, number))[1]["code"] for number in paid]
            office_calls = [(await click(anna, f"+7916{n:07}"))[0] for n in range(1_000)]

    assert set(refused) == {"number_not_allowed"}
    assert len(office.control.asked) == office_calls.count(202) == 10
    assert office_calls.count(429) == 990
    (alarm,) = await alerts(office)
    assert alarm.details["rule"] == "number_not_allowed"
    told = [one for one in caplog.records if "are refused" in one.message]
    assert len(told) == 1
    assert not any(number in told[0].message for number in paid)


async def test_the_whole_office_has_a_limit_as_well(office: Office) -> None:
    await office.hire("chief", role="admin")
    for n in range(8):
        await office.hire(f"agent{n}", extension=f"1{n:02}")
    async with office.browser("chief") as chief:
        rows = (await chief.get("/api/call-limits"))["items"]
        wanted = [row | {"calls_per_minute": 5} for row in rows if row["role"] == "*"]
        status, _ = await chief.ask("PUT", "/api/call-limits", {"items": wanted})
        assert status == 200
    sent = []
    for n in range(8):
        async with office.browser(f"agent{n}") as agent:
            sent.append((await click(agent, f"+791600000{n:02}"))[0])

    assert sorted(sent) == [202] * 5 + [429] * 3
    assert len(office.control.asked) == 5


async def test_the_day_abroad_has_an_end(office: Office) -> None:
    await office.hire("chief", role="admin", extension="101")
    async with office.browser("chief") as chief:
        rows = (await chief.get("/api/call-limits"))["items"]
        wanted = [row | {"abroad_calls_per_day": 2} for row in rows if row["role"] == "admin"]
        await chief.ask("PUT", "/api/call-limits", {"items": wanted})
        told = [await click(chief, f"+4930123{n:03}") for n in range(3)]
        home = await click(chief)

    assert [status for status, _ in told] == [202, 202, 429]
    assert told[-1][1]["code"] == "spend_cap_reached"
    assert home[0] == 202


async def test_only_an_administrator_sets_limits_and_nonsense_is_refused(office: Office) -> None:
    await office.hire("chief", role="admin", extension="101")
    await office.hire("anna", extension="102")
    async with office.browser("chief") as chief, office.browser("anna") as anna:
        rows = (await chief.get("/api/call-limits"))["items"]
        admin = next(row for row in rows if row["role"] == "admin")
        for changes in ({"allowed": ["+7x"]}, {"denied": [""]}, {"role": "pilot"}):
            status, _ = await chief.ask("PUT", "/api/call-limits", {"items": [admin | changes]})
            assert status == 422, changes
        allowed = {"items": [admin | {"allowed": ["+", "+881"]}]}
        status, after = await chief.ask("PUT", "/api/call-limits", allowed)
        satellite = await click(chief, "+881612345678")
        refused = await anna.ask("PUT", "/api/call-limits", allowed)

    assert {row["role"] for row in rows} == {"*", "agent", "manager", "supervisor", "admin"}
    assert next(r for r in after["items"] if r["role"] == "admin")["allowed"] == ["+", "+881"]
    assert satellite[0] == 202
    assert refused[0] == 403


async def test_the_same_click_is_one_call_and_one_answer(office: Office) -> None:
    await office.hire("anna", extension="101")
    key = str(uuid4())
    async with office.browser("anna") as anna:
        twice = await asyncio.gather(*(click(anna, number) for number in (NUMBER, "89161234567")))
        keyed = [await click(anna, "+79160000001", key=key) for _ in range(3)]
        order = keyed[0][1]
        uniqueid = office.control.dialled[-1].uniqueid
        office.bus.publish(
            OrderedPhoneRang(at=START, pbx="main", uniqueid=uniqueid, end="no_answer")
        )
        await office.bus.join()
        later = await click(anna, "+79160000001", key=key)
        other = await click(anna, "+79160000002", key=key)

    assert twice[0] == twice[1]
    assert [one[1]["order_id"] for one in keyed] == [order["order_id"]] * 3
    assert (later[1]["order_id"], later[1]["outcome"]) == (order["order_id"], "agent_no_answer")
    assert (other[0], other[1]["code"]) == (409, "idempotency_key_reused")
    assert len(office.control.asked) == 2


async def test_what_the_pbx_says_is_answered_and_nothing_is_asked_twice(office: Office) -> None:
    await office.hire("anna", extension="101")
    key = str(uuid4())
    found = []
    async with office.browser("anna") as anna:
        for fault in (
            PbxRefused("Extension does not exist."),
            PbxUnreachable("there is no link to the PBX"),
            ActionUnanswered("the PBX did not answer Originate"),
        ):
            office.control.fault = fault
            found.append(await click(anna, key=key))
        again = await click(anna, key=key)

    assert [(status, told["code"]) for status, told in (*found, again)] == [
        (502, "pbx_refused"),
        (502, "pbx_unreachable"),
        (504, "pbx_unanswered"),
        (504, "pbx_unanswered"),
    ]
    assert found[0][1]["detail"] == "Extension does not exist."
    assert len(office.control.asked) == 3  # a refusal and no link leave nothing behind


async def test_every_tab_is_told_what_really_happened(office: Office) -> None:
    await office.hire("anna", extension="101")
    await office.hire("vera", extension="103")
    async with (
        office.browser("anna") as anna,
        office.browser("vera") as vera,
        open_tab(office, anna) as tab,
        open_tab(office, vera) as other,
    ):
        for screen in (tab, other):
            await screen.frame()
        _, order = await click(anna)
        uniqueid = office.control.dialled[0].uniqueid
        office.bus.publish(OrderedPhoneRang(at=START, pbx="main", uniqueid=uniqueid, end="lifted"))
        await office.bus.join()
        told = [(await tab.frame())["order"]["outcome"]]
        call = outbound(UUID(order["call_id"]))
        await office.tell(call)
        frames = [await tab.frame(), await tab.frame()]
        told += [frame["order"]["outcome"] for frame in frames if "order" in frame]
        office.bus.publish(LinkChanged(at=START, pbx="main", is_up=False, reason="gone"))
        await office.bus.join()
        path = f"/api/call-orders/{order['order_id']}"
        lost = await anna.get(path)
        await office.tell(replace(call, answered_at=START, status=CallStatus.ANSWERED))
        known = await anna.get(path)
        foreign = await vera.ask("GET", path)
        first_of_vera = await other.frame()

    assert told == ["agent_answered", "dialled"]
    assert (lost["state"], known["state"]) == ("unknown", "answered")
    assert foreign[0] == 404
    assert first_of_vera["type"] == "link.changed"  # and nothing of anybody's click before it


async def test_one_ends_parks_and_passes_on_ones_own_calls_alone(office: Office) -> None:
    await office.hire("anna", extension="101")
    await office.hire("vera", extension="103")
    await office.hire("olga", role="supervisor")
    call = answer(ring(a_call(1, number="89160000001", queue=None), "101"), "101")
    client, own = "PJSIP/provider-1", "PJSIP/101-1"
    office.control.live[call.call_id] = [
        LiveChannel(name=client, extension=None, is_far=True, is_up=True, is_dialled=False),
        LiveChannel(
            name=own, extension="101", is_far=False, is_up=True, is_dialled=True, hears=(client,)
        ),
    ]
    await office.tell(call)
    path = f"/api/calls/{call.call_id}"
    blind = {"kind": "blind", "to": "8 (916) 000-00-09"}
    async with (
        office.browser("anna") as anna,
        office.browser("vera") as vera,
        office.browser("olga") as olga,
    ):
        for command, body in (("hangup", {}), ("transfer", blind), ("park", {})):
            assert (await vera.ask("POST", f"{path}/{command}", body))[0] == 404
        done = [(await anna.ask("POST", f"{path}/transfer", blind))[0]]
        done.append((await anna.ask("POST", f"{path}/park"))[0])
        done.append((await anna.ask("POST", f"{path}/hangup"))[0])
        done.append((await olga.ask("POST", f"{path}/hangup"))[0])
        idle = await anna.ask("POST", f"{path}/transfer/complete")
        office.control.live.clear()
        over = await anna.ask("POST", f"{path}/hangup")

    assert done == [202, 202, 202, 202]
    assert office.control.asked == [
        ("transfer", "main", own, "+79160000009", "blind"),
        ("park", "main", client, own),
        ("hang_up", "main", own),
        ("hang_up", "main", own),
        ("hang_up", "main", client),
    ]
    assert (idle[0], idle[1]["code"]) == (409, "call_in_other_state")
    assert (over[0], over[1]["code"]) == (409, "call_is_over")


async def test_a_consultation_ends_on_ones_word_even_before_the_pbx_has_told_of_it(
    office: Office,
) -> None:
    await office.hire("anna", extension="101")
    call = answer(ring(a_call(1, number="89160000001", queue=None), "101"), "101")
    client, own, asked = "PJSIP/provider-1", "PJSIP/101-1", "PJSIP/104-1"
    talking = [
        LiveChannel(name=client, extension=None, is_far=True, is_up=True, is_dialled=False),
        LiveChannel(
            name=own, extension="101", is_far=False, is_up=True, is_dialled=True, hears=(client,)
        ),
    ]
    consulting = [
        talking[0],
        replace(talking[1], hears=()),
        LiveChannel(name=asked, extension="104", is_far=False, is_up=False, is_dialled=True),
    ]
    office.control.live[call.call_id] = talking
    await office.tell(call)
    path = f"/api/calls/{call.call_id}/transfer"
    async with office.browser("anna") as anna:
        await anna.ask("POST", path, {"kind": "attended", "to": "104"})
        cancelling = asyncio.create_task(anna.ask("POST", f"{path}/cancel"))
        done, _ = await asyncio.wait([cancelling], timeout=0.3)
        office.control.live[call.call_id] = consulting
        status, _ = await cancelling

    assert not done
    assert status == 202
    assert office.control.asked[1:] == [("cancel_transfer", "main", own)]


async def test_a_ringing_call_is_taken_over_within_the_team(office: Office) -> None:
    await office.hire("anna", extension="101")
    await office.hire("vera", extension="103")
    call = ring(a_call(2, number="89160000002", queue=None), "101")
    office.control.live[call.call_id] = [
        LiveChannel(name="c", extension=None, is_far=True, is_up=False, is_dialled=False),
        LiveChannel(name="a", extension="101", is_far=False, is_up=False, is_dialled=True),
    ]
    await office.tell(call, extension="101")
    async with office.browser("anna") as anna, office.browser("vera") as vera:
        colleagues = (await vera.get("/api/colleagues"))["items"]
        status, order = await vera.ask("POST", f"/api/calls/{call.call_id}/pickup")
        own = await anna.ask("POST", f"/api/calls/{call.call_id}/pickup")

    assert [(one["name"], one["extension"]) for one in colleagues] == [
        ("Anna", "101"),
        ("Vera", "103"),
    ]
    assert (status, order["kind"], order["call_id"]) == (202, "pickup", str(call.call_id))
    assert own[0] == 409
    assert office.control.asked == [("pick_up", "main", "103", "a")]


def outbound(call_id: UUID) -> CallSnapshot:
    call = a_call(9, number=NUMBER, queue=None)
    leg = Leg(key="101.1", extension="101", rang_at=START, answered_at=START)
    return replace(
        call,
        call_id=call_id,
        direction=Direction.OUTBOUND,
        status=CallStatus.RINGING,
        placed_by="101",
        legs=(leg,),
    )


async def test_a_call_of_nobody_is_not_there(office: Office) -> None:
    await office.hire("anna", extension="101")
    async with office.browser("anna") as anna:
        for command in ("hangup", "park", "pickup", "transfer/cancel"):
            status, problem = await anna.ask("POST", f"/api/calls/{uuid4()}/{command}")
            assert (status, problem["code"]) == (404, "not_found")
