"""Pause, ready and wrap-up on the real PBX: in all queues, by every name of the phone there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

import pytest

from tests.allo_clients import Api, Json, Refused
from tests.allo_process import ANNA, BORIS, OLGA, VERA, AlloProcess, Person
from tests.asterisk.ami import Ami, ami
from tests.asterisk.desk import Desk, talk
from tests.asterisk.fixtures import Desks
from tests.asterisk.office import Office
from tests.asterisk.pbx import Pbx
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.asterisk

SALES, SUPPORT = "74950000701", "74950000702"
IN_SUPPORT = "Local/101@queue-members/n"
ZOYA = Person("zoya", "Зоя Громова", role="admin")


@pytest.fixture
async def watcher(own_pbx: Pbx) -> AsyncIterator[Ami]:
    """What the PBX says to others; Anna answers support as well, through a Local channel."""
    async with ami(own_pbx.ami_port) as link:
        joined = await link.action(
            "QueueAdd",
            Queue="support",
            Interface=IN_SUPPORT,
            MemberName="Anna",
            StateInterface="PJSIP/101",
        )
        assert joined["Response"] == "Success", joined
        yield link


async def places(link: Ami) -> dict[tuple[str, str], tuple[str, str]]:
    """Every place of Anna's, as the PBX lists it: whether paused, and why."""
    link.messages.clear()
    await link.action("QueueStatus")
    await link.until(lambda m: m.get("Event") == "QueueStatusComplete")
    return {
        (one["Queue"], one["Location"]): (one["Paused"], one["PausedReason"])
        for one in link.events("QueueMember")
        if "101" in one["Location"]
    }


ALL = {("sales", "PJSIP/101"), ("support", IN_SUPPORT), ("reception", "PJSIP/101")}


async def until(is_so: Callable[[], Awaitable[bool]], *, seconds: float = PATIENCE_SECONDS) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if await is_so():
                return
            await asyncio.sleep(0.05)


def parse(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


async def line(api: Api) -> Json:
    return dict(await api.get("/api/agents/me/line"))


def of(desk: Desk) -> str:
    return f"/api/agents/{desk.api.user['id']}/pause"


async def knows_three_queues(api: Api) -> bool:
    told = await line(api)
    return bool(told["phones"]) and len(told["phones"][0]["queues"]) == 3


async def test_a_pause_takes_out_of_all_queues_and_ready_brings_back(
    own_desks: Desks, own_office: Office, watcher: Ami
) -> None:
    anna, boris = await own_desks(ANNA, BORIS)
    await until(lambda: knows_three_queues(anna.api))

    told = await anna.api.put(of(anna), {"reason": "lunch"})
    assert (told["state"], told["pause_reason"]) == ("paused", "lunch")
    assert await places(watcher) == dict.fromkeys(ALL, ("1", "lunch"))

    call = await own_office.trunk.call(SALES)
    ring = await boris.phone.ringing()
    await ring.answer()
    await talk(call, call, packets=call.rtp.packets_heard + 20)
    assert anna.phone.calls == []

    other = await anna.api.put(of(anna), {"reason": "meeting"})
    assert (other["state"], other["pause_reason"]) == ("paused", "meeting")
    assert await places(watcher) == dict.fromkeys(ALL, ("1", "meeting"))

    back = await anna.api.delete(of(anna))
    assert (back["state"], back["pause_reason"]) == ("ready", None)
    assert {paused for paused, _ in (await places(watcher)).values()} == {"0"}
    call = await own_office.trunk.call(SALES)
    await anna.phone.ringing()
    await call.cancel()


async def gives_wrap_up(allo: AlloProcess, queue: str, seconds: int) -> None:
    """An administrator gives the talks of a queue so long to be written up."""
    await asyncio.to_thread(allo.add, ZOYA)
    async with Api(allo) as zoya:
        await zoya.log_in(ZOYA)
        wanted = {"pbx": "main", "name": queue, "wrap_up_seconds": seconds}
        await zoya.post("/api/queue-settings", wanted)


async def talk_of_sales(office: Office, desk: Desk, number: str) -> str:
    """A client of sales speaks with this person, who hangs up; gives the call."""
    call = await office.trunk.call(SALES, caller=number)
    ring = await desk.phone.ringing()
    card = await desk.card(number)
    await ring.answer()
    await talk(call, ring, packets=call.rtp.packets_heard + 20)
    return str(card["call_id"])


def is_in(api: Api, state: str) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return bool((await line(api))["state"] == state)

    return look


def are(link: Ami, paused: str, reason: str) -> Callable[[], Awaitable[bool]]:
    """Whether all of Anna's places are so on the PBX."""

    async def look() -> bool:
        return await places(link) == dict.fromkeys(ALL, (paused, reason))

    return look


async def test_writing_up_holds_over_all_queues_and_ends_early_when_it_is_done(
    own_allo: AlloProcess, own_desks: Desks, own_office: Office, watcher: Ami
) -> None:
    await gives_wrap_up(own_allo, "sales", 600)
    await own_office.phone("102")  # the queue has somebody else to ring
    (anna,) = await own_desks(ANNA)
    await until(lambda: knows_three_queues(anna.api))
    call_id = await talk_of_sales(own_office, anna, "+79160030001")
    await until(are(watcher, "1", "wrap_up"))
    told = await line(anna.api)
    assert (told["state"], told["pause_reason"]) == ("wrap_up", None)
    assert told["wrap_up"]["call_id"] == call_id

    more = await anna.api.post(f"/api/calls/{call_id}/wrap-up/extend")
    before, after = (one["wrap_up"]["until_at"] for one in (told, more))
    assert (parse(after) - parse(before)).total_seconds() == 30
    waiting = await own_office.trunk.call(SUPPORT)
    await asyncio.sleep(2.5)  # support asks its free members every second
    assert len(anna.phone.calls) == 1

    await anna.api.post(f"/api/calls/{call_id}/finish")
    await anna.phone.ringing()  # support has found somebody
    await waiting.cancel()
    assert {paused for paused, _ in (await places(watcher)).values()} == {"0"}


async def test_who_was_paused_before_the_talk_was_over_stays_paused(
    own_allo: AlloProcess, own_desks: Desks, own_office: Office, watcher: Ami
) -> None:
    await gives_wrap_up(own_allo, "sales", 600)
    (anna,) = await own_desks(ANNA)
    await until(lambda: knows_three_queues(anna.api))
    call = await own_office.trunk.call(SALES, caller="+79160030002")
    ring = await anna.phone.ringing()
    card = await anna.card("+79160030002")
    await ring.answer()
    await anna.api.put(of(anna), {"reason": "lunch"})
    assert (await line(anna.api))["state"] == "on_call"
    await talk(call, ring, packets=call.rtp.packets_heard + 20)
    await until(is_in(anna.api, "wrap_up"))
    await anna.api.post(f"/api/calls/{card['call_id']}/finish")
    await until(is_in(anna.api, "paused"))
    assert await places(watcher) == dict.fromkeys(ALL, ("1", "lunch"))


async def test_who_is_unpaused_at_the_phone_is_done_with_writing_up(
    own_allo: AlloProcess, own_desks: Desks, own_office: Office, watcher: Ami
) -> None:
    await gives_wrap_up(own_allo, "sales", 600)
    (anna,) = await own_desks(ANNA)
    await until(lambda: knows_three_queues(anna.api))
    await talk_of_sales(own_office, anna, "+79160030003")
    await until(are(watcher, "1", "wrap_up"))
    await watcher.action("QueuePause", Interface="PJSIP/101", Queue="sales", Paused="false")
    await until(is_in(anna.api, "ready"))
    await until(are(watcher, "0", ""))


async def test_a_server_that_dies_meanwhile_ends_the_pause_in_its_time(
    own_allo: AlloProcess, own_desks: Desks, own_office: Office, watcher: Ami
) -> None:
    await gives_wrap_up(own_allo, "sales", 20)
    (anna,) = await own_desks(ANNA)
    await until(lambda: knows_three_queues(anna.api))
    await talk_of_sales(own_office, anna, "+79160030004")
    await until(are(watcher, "1", "wrap_up"))
    own_allo.kill()
    await asyncio.to_thread(own_allo.start)
    async with Api(own_allo) as again:
        await again.log_in(ANNA)
        assert (await line(again))["state"] == "wrap_up"
        await until(are(watcher, "0", ""), seconds=30)
        await until(is_in(again, "ready"))

    await watcher.action("QueuePause", Interface="PJSIP/101", Paused="true", Reason="wrap_up")
    own_allo.kill()
    await asyncio.to_thread(own_allo.start)
    async with Api(own_allo) as again:
        await again.log_in(ANNA)
        await until(lambda: knows_three_queues(again))
    told = await places(watcher)
    assert told["sales", "PJSIP/101"] == ("1", "wrap_up")  # not ours: nobody asked us to


async def test_what_was_over_while_the_server_was_away_is_lifted_at_the_start(
    own_allo: AlloProcess, own_desks: Desks, own_office: Office, watcher: Ami
) -> None:
    await gives_wrap_up(own_allo, "sales", 3)
    (anna,) = await own_desks(ANNA)
    await until(lambda: knows_three_queues(anna.api))
    await talk_of_sales(own_office, anna, "+79160030005")
    await until(are(watcher, "1", "wrap_up"))
    own_allo.kill()
    await asyncio.sleep(3.5)
    await asyncio.to_thread(own_allo.start)
    await until(are(watcher, "0", ""))


async def test_the_supervisor_pauses_others_and_agents_only_themselves(
    own_allo: AlloProcess, own_desks: Desks, watcher: Ami
) -> None:
    anna, vera = await own_desks(ANNA, VERA)
    await until(lambda: knows_three_queues(anna.api))
    async with Api(own_allo) as olga:
        await olga.log_in(OLGA)
        told = await olga.put(of(anna), {"reason": "training"})
        assert told["state"] == "paused"
        with pytest.raises(Refused) as refused:
            await vera.api.delete(of(anna))
        assert refused.value.status == 403
        with pytest.raises(Refused) as refused:
            await olga.put(of(anna), {"reason": "whim"})
        assert refused.value.status == 422
        await olga.delete(of(anna))
    await until(are(watcher, "0", ""))
