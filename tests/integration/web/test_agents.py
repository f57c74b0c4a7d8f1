"""Agents at work over REST and push: pauses, wrap-up held by us, shared desks."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest
from sqlmodel import select

from crm_core.access.tables import AuditEntry, User
from crm_core.calls.agents.tables import AgentWrapUp
from crm_core.calls.control import ActionUnanswered, PbxUnreachable
from crm_core.calls.queue_settings import QueueDraft, add_queue
from crm_core.insight.wrap_ups import WrapUps
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.clock import utc_now
from crm_core.kernel.events import CallEnded, LinkChanged
from tests.integration.web.office import Browser, Json, Office
from tests.integration.web.push_tab import open_tab
from tests.integration.web.queue_places import LOCAL, Pbx, until
from tests.integration.web.random_calls import a_call, answer, end, ring


@pytest.fixture
async def pbx(office: Office) -> Pbx:
    """Anna answers sales and, by another name, support; Boris sales alone; Sergey supervises."""
    await office.hire("anna", extension="101")
    await office.hire("boris", extension="102")
    await office.hire("sergey", role="supervisor")
    await office.hire("olga", role="admin")
    pbx = Pbx(office)
    await pbx.comes_up()
    return pbx


@pytest.fixture
async def held(office: Office) -> AsyncIterator[WrapUps]:
    """Wrap-ups are held."""
    working = asyncio.create_task(office.agents.wrap_ups.run())
    yield office.agents.wrap_ups
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def id_of(office: Office, login: str) -> str:
    async with office.database.read() as session:
        return str((await session.exec(select(User.id).where(User.login == login))).one())


async def gives_wrap_up(office: Office, seconds: int) -> None:
    draft = QueueDraft(
        pbx="main",
        name="sales",
        title="",
        is_disposition_required=False,
        wrap_up_seconds=seconds,
        dispositions=(),
    )
    async with office.database.write() as unit:
        by = (await unit.session.exec(select(User.id).where(User.login == "olga"))).one()
        await add_queue(unit, draft, by=by)
    await office.directory.reload(office.database)


async def talk_is_over(office: Office, number: int = 1) -> CallSnapshot:
    """Anna has spoken with a client of sales."""
    now = utc_now()
    call = a_call(number, number="79160000001", queue="sales", at=now)
    talk = answer(ring(call, "101", now), "101", now)
    await office.tell(talk)
    over = end(talk, now)
    office.bus.publish(CallEnded(at=now, call=over))
    await office.bus.join()
    await office.write(over)
    return over


async def line_of(browser: Browser) -> Json:
    return await browser.get("/api/agents/me/line")


async def rows(office: Office) -> list[AgentWrapUp]:
    async with office.database.read() as session:
        return list((await session.exec(select(AgentWrapUp))).all())


async def no_rows(office: Office) -> bool:
    return not await rows(office)


async def test_a_pause_is_told_as_the_pbx_says_it_and_a_failure_as_a_failure(
    office: Office, pbx: Pbx
) -> None:
    anna = await id_of(office, "anna")
    path = f"/api/agents/{anna}/pause"
    async with office.browser("anna") as browser:
        status, told = await browser.ask("PUT", path, {"reason": "lunch"})
        assert (status, told["state"], told["pause_reason"]) == (200, "paused", "lunch")
        assert pbx.pauses() == ["lunch", "lunch"]
        assert pbx.pauses("102") == [None]
        asked = {(order.interface, order.queue) for _, order in office.control.pauses}
        assert asked == {("PJSIP/101", None), (LOCAL, None)}

        for failure, expected in ((PbxUnreachable("gone"), 502), (ActionUnanswered("?"), 504)):
            pbx.failure = failure
            status, problem = await browser.ask("DELETE", path)
            assert (status, problem["code"]) == (expected, type(failure).code)
            assert (await line_of(browser))["state"] == "paused"
        pbx.failure = None
        status, told = await browser.ask("DELETE", path)
        assert (status, told["state"], pbx.pauses()) == (200, "ready", [None, None])

        status, problem = await browser.ask("PUT", path, {"reason": "whim"})
        assert (status, problem["reason"]) == (422, "pause_reason_unknown")


async def test_who_answers_no_queue_or_has_no_phone_has_nothing_to_pause(
    office: Office, pbx: Pbx
) -> None:
    await office.hire("vera", extension="103")
    await office.hire("marina")
    for login, reason in (("vera", "no_queue"), ("marina", "no_phone")):
        async with office.browser(login) as browser:
            path = f"/api/agents/{await id_of(office, login)}/pause"
            status, problem = await browser.ask("PUT", path, {"reason": "lunch"})
            assert (status, problem["reason"]) == (409, reason)
            assert (await line_of(browser))["phones"] == [] or reason == "no_queue"


async def test_a_supervisor_s_pause_of_somebody_is_told_to_them_and_noted(
    office: Office, pbx: Pbx
) -> None:
    telling = asyncio.create_task(office.agents.tell_lines())
    anna = await id_of(office, "anna")
    async with (
        office.browser("sergey") as his,
        office.browser("anna") as hers,
        open_tab(office, hers) as tab,
    ):
        snapshot = await tab.frame()
        assert snapshot["line"]["state"] == "ready"
        status, _ = await his.ask("PUT", f"/api/agents/{anna}/pause", {"reason": "training"})
        assert status == 200
        frame = await tab.frame()
        while frame["line"]["pause_reason"] is None:
            frame = await tab.frame()
        assert (frame["type"], frame["line"]["state"]) == ("agent.line", "paused")
    async with office.database.read() as session:
        noted = select(AuditEntry).where(AuditEntry.action == "agent.paused")
        (entry,) = (await session.exec(noted)).all()
    assert (entry.object_id, entry.details) == (anna, {"reason": "training"})
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)


async def test_the_administrator_keeps_the_reasons(office: Office, pbx: Pbx) -> None:
    async with office.browser("olga") as browser:
        first = (await browser.get("/api/pause-reasons"))["items"]
        assert [one["titles"]["ru"] for one in first] == [
            *("Обед", "Короткий перерыв", "Обучение", "Совещание", "Личное"),
        ]
        new = {"titles": {"ru": "Планёрка", "en": "Stand-up"}}
        status, made = await browser.ask("POST", "/api/pause-reasons", new)
        assert (status, made["code"], made["position"]) == (201, "stand_up", 5)
        again = {"titles": {"ru": "Запись", "en": "Wrap up"}}
        _, other = await browser.ask("POST", "/api/pause-reasons", again)
        assert other["code"] != "wrap_up"  # that is ours
        await browser.ask("PATCH", "/api/pause-reasons/stand_up", {"position": 0})
        await browser.ask("PATCH", "/api/pause-reasons/lunch", {"is_active": False})
        codes = [one["code"] for one in (await browser.get("/api/pause-reasons"))["items"]]
        assert codes[:2] == ["stand_up", "lunch"]
    async with office.browser("anna") as browser:
        path = f"/api/agents/{await id_of(office, 'anna')}/pause"
        status, problem = await browser.ask("PUT", path, {"reason": "lunch"})
        assert (status, problem["field"]) == (422, "reason")


async def test_writing_up_is_held_until_it_is_done_and_no_longer(
    office: Office, pbx: Pbx, held: WrapUps
) -> None:
    await gives_wrap_up(office, 600)
    call = await talk_is_over(office)
    await pbx.until(["wrap_up", "wrap_up"])
    (row,) = await rows(office)
    assert (row.call_id, row.extension) == (call.call_id, "101")
    async with office.browser("anna") as browser:
        told = await line_of(browser)
        assert (told["state"], told["pause_reason"]) == ("wrap_up", None)
        queues = {queue["name"]: queue for queue in (await browser.get("/api/board"))["queues"]}
        assert (queues["sales"]["members_paused"], queues["sales"]["members_ready"]) == (0, 1)
        office.agents.floor.wrap_ups.end_of(row.user_id, UUID(int=0))  # an older talk is written up
        assert (await line_of(browser))["state"] == "wrap_up"
        status, more = await browser.ask("POST", f"/api/calls/{call.call_id}/wrap-up/extend")
        assert (status, more["state"]) == (200, "wrap_up")
        assert more["wrap_up"]["until_at"] > told["wrap_up"]["until_at"]
        status, _ = await browser.ask("POST", f"/api/calls/{call.call_id}/finish")
        assert status == 200
        await pbx.until([None, None])
        assert (await line_of(browser))["state"] == "ready"
        status, problem = await browser.ask("POST", f"/api/calls/{call.call_id}/wrap-up/extend")
        assert (status, problem["reason"]) == (409, "wrap_up_over")
    await pbx.tell()
    await until(lambda: no_rows(office))


async def test_writing_up_ends_by_itself(office: Office, pbx: Pbx, held: WrapUps) -> None:
    await gives_wrap_up(office, 1)
    await talk_is_over(office)
    await pbx.until(["wrap_up", "wrap_up"])
    await pbx.until([None, None])


async def test_a_pause_of_a_human_being_is_never_ended_by_us(
    office: Office, pbx: Pbx, held: WrapUps
) -> None:
    await gives_wrap_up(office, 600)
    await pbx.at_the_phone("support", LOCAL, "lunch")
    call = await talk_is_over(office)
    await pbx.until(["wrap_up", "lunch"])
    async with office.browser("anna") as browser:
        assert (await line_of(browser))["state"] == "wrap_up"
        await browser.ask("POST", f"/api/calls/{call.call_id}/finish")
        await pbx.until([None, "lunch"])

        await talk_is_over(office, 2)
        await pbx.until(["wrap_up", "lunch"])
        path = f"/api/agents/{await id_of(office, 'anna')}/pause"
        _, told = await browser.ask("PUT", path, {"reason": "meeting"})
        assert (told["state"], told["wrap_up"]) == ("paused", None)
        await pbx.until(["meeting", "meeting"])
        await pbx.tell()
    await until(lambda: no_rows(office))
    assert pbx.pauses() == ["meeting", "meeting"]


async def test_ready_at_the_phone_is_ready(office: Office, pbx: Pbx, held: WrapUps) -> None:
    await gives_wrap_up(office, 600)
    await talk_is_over(office)
    await pbx.until(["wrap_up", "wrap_up"])
    await pbx.tell()  # it has been heard
    await pbx.at_the_phone("sales", "PJSIP/101", None)
    await pbx.until([None, None])
    async with office.browser("anna") as browser:
        assert (await line_of(browser))["wrap_up"] is None


async def test_a_pbx_that_starts_anew_has_forgotten_and_is_told_again(
    office: Office, pbx: Pbx, held: WrapUps
) -> None:
    await gives_wrap_up(office, 600)
    await talk_is_over(office)
    await pbx.until(["wrap_up", "wrap_up"])
    await pbx.tell()
    office.bus.publish(LinkChanged(at=utc_now(), pbx="main", is_up=False))
    await office.bus.join()
    pbx.places = [replace(place, is_paused=False, pause_reason=None) for place in pbx.places]
    await pbx.comes_up()
    await pbx.until(["wrap_up", "wrap_up"])


async def test_the_row_of_a_pbx_that_is_away_waits_for_it(
    office: Office, pbx: Pbx, held: WrapUps
) -> None:
    """The pause reached the PBX and no word of it us: what is known of it is not trusted."""
    await gives_wrap_up(office, 600)
    call = await talk_is_over(office)
    await pbx.until(["wrap_up", "wrap_up"])
    paused, pbx.places = pbx.places, [replace(one, is_paused=False) for one in pbx.places]
    office.bus.publish(LinkChanged(at=utc_now(), pbx="main", is_up=False))
    await pbx.tell()
    async with office.browser("anna") as browser:
        await browser.ask("POST", f"/api/calls/{call.call_id}/finish")
    office.bus.publish(LinkChanged(at=utc_now(), pbx="main", is_up=True))
    await office.bus.join()
    assert len(await rows(office)) == 1
    pbx.places = paused
    await pbx.tell(is_listed=True)
    await pbx.until([None, None])
