"""Asterisk is started anew again and again under many calls: no call stays open."""

import asyncio

import pytest

from tests.allo_clients import Api, link_is, tab
from tests.allo_process import ANNA, OLGA, AlloProcess
from tests.asterisk.desk import Desk
from tests.asterisk.fixtures import Desks
from tests.asterisk.office import Office
from tests.asterisk.pbx import Pbx
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.asterisk

RINGING = ("74950000101", "74950000600")
CONNECTED = ("74950000701", "74950000702", "74950000800")
DIDS = RINGING + CONNECTED


async def nothing_is_open(api: Api) -> None:
    """Wait until the log believes of no call that it goes on."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            calls = await api.items("/api/calls", limit="100")
            if all(call["status"] == "ended" for call in calls):
                return
            await asyncio.sleep(0.1)


async def restart_under_calls(
    pbx: Pbx, office: Office, anna: Desk, callers: list[str], *, is_kill: bool
) -> None:
    """One round: clients call everywhere, Asterisk goes down, and is there again."""
    calls = [
        await office.trunk.call(DIDS[i % len(DIDS)], caller=caller)
        for i, caller in enumerate(callers)
    ]
    for call in calls:
        await (call.ringing() if call.number in RINGING else call.up())
    await anna.card(callers[0])
    heard = len(anna.push.frames)
    await asyncio.to_thread(pbx.kill if is_kill else pbx.stop)
    await asyncio.to_thread(pbx.start)
    for is_up in (False, True):
        await anna.push.until(link_is(is_up), after=heard)
    await anna.phone.register()
    for call in calls:
        call.mark_over("the PBX was started anew")


async def restarts(
    pbx: Pbx, allo: AlloProcess, office: Office, desks: Desks, *, rounds: int, calls: int
) -> None:
    (anna,) = await desks(ANNA)
    office.trunk.is_muted = True
    async with Api(allo) as olga, Api(allo) as same_anna:
        await olga.log_in(OLGA)
        await same_anna.log_in(ANNA)
        for number in range(rounds):
            callers = [f"+7916{number:02}05{i:03}" for i in range(calls)]
            await restart_under_calls(pbx, office, anna, callers, is_kill=bool(number % 2))
            await nothing_is_open(olga)
            async with tab(same_anna) as push:
                assert push.snapshot["calls"] == []
                assert push.snapshot["line"]["state"] not in ("on_call", "ringing")
        told = await olga.items("/api/calls", limit="100")
    assert len(told) == min(100, rounds * calls)


async def test_two_restarts_under_ten_calls(
    own_pbx: Pbx, own_allo: AlloProcess, own_office: Office, own_desks: Desks
) -> None:
    await restarts(own_pbx, own_allo, own_office, own_desks, rounds=2, calls=10)


@pytest.mark.torture
@pytest.mark.timeout(1200)
async def test_twenty_restarts_under_fifty_calls(
    own_pbx: Pbx, own_allo: AlloProcess, own_office: Office, own_desks: Desks
) -> None:
    await restarts(own_pbx, own_allo, own_office, own_desks, rounds=20, calls=50)
