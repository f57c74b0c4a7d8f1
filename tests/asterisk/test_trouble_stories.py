"""Asterisk is restarted, frozen, killed; Allo is killed: no call is lost, doubled or left open."""

import asyncio

import pytest

from tests.allo_clients import Api, is_ringing, link_is, tab
from tests.allo_process import ANNA, OLGA, AlloProcess, pbx_setting
from tests.asterisk.ami import ami
from tests.asterisk.desk import Desk, finished_call, talk
from tests.asterisk.fixtures import Desks
from tests.asterisk.office import Office
from tests.asterisk.pbx import Pbx

pytestmark = pytest.mark.asterisk


async def link_told(desk: Desk, *, is_up: bool) -> None:
    """Wait until the tab has been told so of the PBX link."""
    await desk.push.until(link_is(is_up), seconds=25)


@pytest.mark.parametrize("way", ["restart", "kill"])
async def test_asterisk_goes_down_in_mid_call_and_the_call_is_closed_and_marked(
    way: str, own_allo: AlloProcess, own_pbx: Pbx, own_office: Office, own_desks: Desks
) -> None:
    (anna,) = await own_desks(ANNA)
    call = await own_office.trunk.call("74950000101", caller="+79160040001")
    ring = await anna.phone.ringing()
    frame = await anna.card("+79160040001")
    await ring.answer()
    await call.up()
    await anna.push.until(lambda f: f["type"] == "call.updated" and f["call"]["answered_at"])
    await call.rtp.heard(20)
    getattr(own_pbx, way)()
    if not own_pbx.is_running:
        own_pbx.start()
    await link_told(anna, is_up=False)
    await link_told(anna, is_up=True)
    await anna.ended(frame["call_id"])
    told = await finished_call(anna.api, frame["call_id"])

    assert told["result"] == "answered"
    if way == "kill":
        assert told["is_recovered"] is True

    await anna.phone.register()
    await own_office.trunk.call("74950000101", caller="+79160040002")
    await anna.phone.ringing()
    assert (await anna.card("+79160040002"))["call_id"] != frame["call_id"]


async def test_allo_is_killed_while_it_rings_and_the_card_is_back(
    own_allo: AlloProcess, own_office: Office, own_desks: Desks
) -> None:
    (anna,) = await own_desks(ANNA)
    number = "+79160040003"
    call = await own_office.trunk.call("74950000101", caller=number)
    ring = await anna.phone.ringing()
    frame = await anna.card(number)

    own_allo.kill()
    await anna.push.closed()
    await asyncio.to_thread(own_allo.start)

    async with tab(anna.api) as push, Api(own_allo) as olga:
        if shown := push.snapshot["calls"]:
            (restored,) = ((c["id"], c["extension"], c["card"]) for c in shown)
        else:  # who the caller is was still being looked up
            late = await push.until(is_ringing(number))
            restored = (late["call_id"], late["extension"], late["card"])
        assert restored[:2] == (frame["call_id"], "101")
        assert restored[2]["number"] == number
        await ring.answer()
        await talk(call, call, packets=30)
        await olga.log_in(OLGA)
        told = await finished_call(olga, frame["call_id"])
        log = await olga.items("/api/calls", number=number)

    assert [entry["id"] for entry in log] == [frame["call_id"]]
    assert told["result"] == "answered"
    assert [leg["outcome"] for leg in told["legs"]] == ["answered"]
    assert told["talk_seconds"] == pytest.approx(0.6, abs=0.5)


async def test_a_call_that_ends_while_allo_is_dead_is_closed_when_it_comes_back(
    own_allo: AlloProcess, own_office: Office, own_desks: Desks
) -> None:
    (anna,) = await own_desks(ANNA)
    call = await own_office.trunk.call("74950000101", caller="+79160040004")
    ring = await anna.phone.ringing()
    frame = await anna.card("+79160040004")
    await ring.answer()
    await call.up()
    await anna.push.until(lambda f: f["type"] == "call.updated" and f["call"]["answered_at"])

    own_allo.kill()
    await call.hang_up()
    await asyncio.to_thread(own_allo.start)

    async with tab(anna.api) as push:
        assert push.snapshot["calls"] == []
    told = await finished_call(anna.api, frame["call_id"])
    assert (told["result"], told["is_recovered"]) == ("answered", True)


async def test_a_call_already_ringing_when_allo_starts_has_its_card(
    own_allo: AlloProcess, own_office: Office, own_desks: Desks
) -> None:
    (anna,) = await own_desks(ANNA)
    own_allo.stop()
    call = await own_office.trunk.call("74950000101", caller="+79160040005")
    ring = await anna.phone.ringing()
    await asyncio.to_thread(own_allo.start)

    async with tab(anna.api) as push:
        (shown,) = push.snapshot["calls"] or [await push.until(is_ringing("+79160040005"))]
        assert (shown["card"]["number"], shown["extension"]) == ("+79160040005", "101")
        await ring.answer()
        await talk(call, ring, packets=20)
        told = await finished_call(anna.api, shown.get("call_id") or shown["id"])
    assert (told["direction"], told["result"]) == ("inbound", "answered")


async def test_a_new_tab_finds_the_ringing_call_and_the_old_one_loses_nothing(
    own_allo: AlloProcess, own_office: Office, own_desks: Desks
) -> None:
    (anna,) = await own_desks(ANNA)
    await own_office.trunk.call("74950000101", caller="+79160040006")
    await anna.phone.ringing()
    frame = await anna.card("+79160040006")
    async with tab(anna.api) as reloaded:
        (live,) = reloaded.snapshot["calls"]
        assert live["id"] == frame["call_id"]
        assert live["card"]["number"] == "+79160040006"
        await anna.phone.decline()
        await reloaded.until(lambda f: f["type"] == "call.withdrawn")
    await anna.withdrawn(frame["call_id"])


async def test_a_pbx_that_falls_silent_is_noticed_and_everybody_is_told(
    own_pbx: Pbx, own_allo: AlloProcess, own_office: Office, own_desks: Desks
) -> None:
    (anna,) = await own_desks(ANNA)
    own_pbx.freeze()
    try:
        await link_told(anna, is_up=False)
    finally:
        own_pbx.thaw()
    await link_told(anna, is_up=True)

    await own_office.trunk.call("74950000101", caller="+79160040007")
    await anna.card("+79160040007")


async def test_allo_starts_without_its_pbx_and_finds_it_later(
    own_pbx: Pbx, own_allo: AlloProcess, own_office: Office, own_desks: Desks
) -> None:
    own_allo.stop()
    own_pbx.stop()
    await asyncio.to_thread(own_allo.start)
    await asyncio.to_thread(own_pbx.start)
    (anna,) = await own_desks(ANNA)
    if [link["is_up"] for link in anna.push.snapshot["links"]] != [True]:
        await link_told(anna, is_up=True)

    await own_office.trunk.call("74950000101", caller="+79160040008")
    await anna.card("+79160040008")


async def test_a_refused_login_is_a_state_and_no_hammering(
    own_pbx: Pbx, own_allo: AlloProcess, own_office: Office
) -> None:
    own_allo.stop()
    async with ami(own_pbx.ami_port) as link:
        await asyncio.to_thread(own_allo.start, ALLO_PBX=pbx_setting(own_pbx, secret="wrong"))
        await link.until(lambda m: m.get("Event") in ("InvalidPassword", "ChallengeResponseFailed"))
        async with Api(own_allo) as api:
            await api.log_in(ANNA)
            async with tab(api) as push:
                links = push.snapshot["links"]  # empty, if the news of it is still to come
                state = links[0] if links else await push.until(link_is(False))
        tries = len(link.events("InvalidPassword"))

    assert state["is_up"] is False
    assert "refused" in state["reason"]
    assert tries == 1
