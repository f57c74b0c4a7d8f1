"""The PBX asks who is calling, by the very dialplan that administrators are given."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.allo_clients import Api
from tests.allo_process import ANNA, BORIS, OLGA, VERA, AlloProcess, Person
from tests.asterisk.desk import Json, finished_call, listed, talk
from tests.asterisk.fixtures import Desks
from tests.asterisk.office import Office
from tests.asterisk.pbx import Pbx
from tests.asterisk.sip_call import SipCall
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.asterisk

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZOYA = Person("zoya", "Зоя Громова", role="admin")
ANNAS_DESK = "74950008101"  # asks, then rings 101
WAY_IN = "74950000707"  # the sample's whole way: black list, who knows the client, the queue
LONGEST_GUARD = 10.0  # the sample's own is a second; the rest is a busy machine's


async def client(api: Api, name: str, number: str, **more: object) -> Json:
    made: Json = await api.post(
        "/api/clients",
        {"kind": "person", "name": name, "phones": [{"number": number, "label": "mobile"}]} | more,
    )
    return made


def name_shown(ring: SipCall) -> str:
    """The caller's name as this phone's display has it."""
    return ring.invite["From"].partition("<")[0].strip().strip('"')


async def no_longer_lives(pbx: Pbx) -> None:
    """Wait until no call is left on the PBX: none is stuck."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if "0 active channels" in await pbx.command("core show channels count"):
                return
            await asyncio.sleep(0.05)


async def test_the_clients_name_stands_on_the_desk_phone(desks: Desks, office: Office) -> None:
    (anna,) = await desks(ANNA)
    await client(anna.api, "Кузьмина Вера «Ромашка»", "+79160080001")

    call = await office.trunk.call(ANNAS_DESK, caller="+79160080001", name="WIRELESS CALLER")
    ring = await anna.phone.ringing()
    card = await anna.card("+79160080001")
    await ring.answer()
    await talk(call, call)

    assert name_shown(ring) == "Кузьмина Вера «Ромашка»"
    shown = await anna.known_card(card["call_id"])
    assert shown["client"]["name"] == "Кузьмина Вера «Ромашка»"


async def test_a_hostile_name_changes_nothing_but_the_display(desks: Desks, office: Office) -> None:
    (anna,) = await desks(ANNA)
    hostile = '${SHELL(id)}" = "1"]?blocked,1) & ${EPOCH}\\'
    await client(anna.api, hostile, "+79160080002")

    call = await office.trunk.call(ANNAS_DESK, caller="+79160080002")
    ring = await anna.phone.ringing()
    await ring.answer()
    await talk(call, call)

    assert name_shown(ring) == "SHELL id 1 blocked 1 EPOCH"


async def test_an_unknown_caller_keeps_the_providers_name_and_goes_the_default_way(
    desks: Desks, office: Office
) -> None:
    anna, boris, vera = await desks(ANNA, BORIS, VERA)

    call = await office.trunk.call(WAY_IN, caller="+79160080003", name="Provider says")
    rings = [await desk.phone.ringing() for desk in (anna, boris, vera)]  # the queue's, all at once
    await rings[2].answer()
    await talk(call, call)

    assert {name_shown(ring) for ring in rings} == {"Provider says"}


async def test_who_answers_for_the_client_rings_first_and_alone(
    desks: Desks, office: Office, olga: Api
) -> None:
    anna, boris, vera = await desks(ANNA, BORIS, VERA)
    await client(boris.api, "Клиент Бориса", "+79160080004")  # who makes a client answers for it

    call = await office.trunk.call(WAY_IN, caller="+79160080004")
    ring = await boris.phone.ringing()
    card = await boris.card("+79160080004")
    await ring.answer()
    await talk(call, call)
    told = await finished_call(olga, card["call_id"])

    assert (anna.phone.calls, vera.phone.calls) == ([], [])
    assert (told["result"], told["handled_by"]["extension"]) == ("answered", "102")


async def test_where_he_declines_the_queue_rings_and_the_call_stays_one(
    desks: Desks, office: Office, olga: Api
) -> None:
    anna, boris, vera = await desks(ANNA, BORIS, VERA)
    await client(boris.api, "Нетерпеливый", "+79160080005")

    call = await office.trunk.call(WAY_IN, caller="+79160080005")
    first = await boris.phone.ringing()
    card = await boris.card("+79160080005")
    await first.decline()
    ring = await vera.phone.ringing()
    await ring.answer()
    await talk(call, call)
    told = await finished_call(olga, card["call_id"])

    assert len(anna.phone.calls) == 1
    assert (told["result"], told["queue"]) == ("answered", "sales")
    assert told["handled_by"]["extension"] == "103"


async def test_a_very_important_client_overtakes_who_waits_already(
    office: Office, olga: Api
) -> None:
    await client(olga, "Самая важная", "+79160080007", is_vip=True)

    async with waiting(office, "+79160080008", prio=0), waiting(office, "+79160080007", prio=10):
        queue = await office.pbx.command("queue show sales")

    assert queue.index("prio: 10") < queue.index("prio: 0")


@asynccontextmanager
async def waiting(office: Office, caller: str, *, prio: int) -> AsyncIterator[None]:
    """Somebody stands in the queue, where nobody's phone is there, with this priority."""
    call = await office.trunk.call(WAY_IN, caller=caller)
    try:
        await call.up()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                if f"prio: {prio})" in await office.pbx.command("queue show sales"):
                    break
                await asyncio.sleep(0.05)
        yield
    finally:
        await call.hang_up()


async def test_a_number_on_the_black_list_is_refused_and_nobodys_phone_rings(
    own_allo: AlloProcess, own_desks: Desks, own_office: Office
) -> None:
    await asyncio.to_thread(own_allo.add, ZOYA)
    (anna,) = await own_desks(ANNA)
    async with Api(own_allo) as zoya:
        await zoya.log_in(ZOYA)
        body = {"number": "+79160080006", "is_blocked": True, "reason": "Угрозы"}
        kept = await zoya.post("/api/ignored-numbers", body)

        call = await own_office.trunk.call(WAY_IN, caller="+79160080006")
        refused = await call.over()
        told = await only_call(zoya)
        owed = await zoya.items("/api/tasks")

        await zoya.delete(f"/api/ignored-numbers/{kept['id']}")
        again = await own_office.trunk.call(WAY_IN, caller="+79160080006")
        ring = await anna.phone.ringing()
        await ring.answer()
        await talk(again, again, packets=10)

    assert refused.startswith("403")
    assert len(anna.phone.calls) == 1
    assert (told["number"], told["result"]) == ("+79160080006", "failed")
    assert owed == []


async def test_outside_of_the_working_hours_a_message_is_taken_and_nobodys_phone_rings(
    own_allo: AlloProcess, own_desks: Desks, own_office: Office
) -> None:
    await asyncio.to_thread(own_allo.add, ZOYA)
    (anna,) = await own_desks(ANNA)
    in_three_days = datetime.now(UTC) + timedelta(days=3)
    hours = {DAYS[in_three_days.weekday()]: [{"opens": "10:00", "closes": "18:00"}]}
    async with Api(own_allo) as zoya:
        await zoya.log_in(ZOYA)
        closed = {"version": (await zoya.get("/api/office"))["version"], "working_hours": hours}
        version = (await zoya.patch("/api/office", closed))["version"]

        call = await own_office.trunk.call(WAY_IN, caller="+79160080010")
        await call.up()
        await asyncio.sleep(15)  # the greeting, the tone, then a few seconds of message
        await call.hang_up()
        told = await only_call(zoya)
        (owed,) = await listed(zoya, "/api/missed-calls", lambda found: bool(found))
        (task,) = await listed(zoya, "/api/tasks", lambda found: bool(found))

        await zoya.patch("/api/office", {"version": version, "working_hours": None})
        again = await own_office.trunk.call(WAY_IN, caller="+79160080010")
        ring = await anna.phone.ringing()
        await ring.answer()
        await talk(again, again, packets=10)

    assert len(anna.phone.calls) == 1
    assert (told["result"], told["queue"], told["legs"]) == ("voicemail", None, [])
    assert (owed["number"], owed["task_id"]) == ("+79160080010", task["id"])
    assert datetime.fromisoformat(task["due_at"]).date() == in_three_days.date()


async def only_call(api: Api) -> Json:
    """The one call of the log, once it is over."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            calls = await api.items("/api/calls")
            if calls and all(call["ended_at"] for call in calls):
                (call,) = calls
                return call
            await asyncio.sleep(0.05)


@contextmanager
def silent_server(port: int) -> Iterator[None]:
    """Takes every connection and says nothing, as a server does whose loop stands still."""
    with socket.create_server(("127.0.0.1", port)):
        yield


async def test_where_nothing_listens_the_call_goes_its_way_at_once(
    own_pbx: Pbx, own_office: Office
) -> None:
    phone = await own_office.phone("101")

    call = await own_office.trunk.call(ANNAS_DESK, name="Provider says")
    ring = await phone.ringing()
    await ring.answer()
    await talk(call, call, packets=10)

    assert ring.invited_at - call.invited_at < LONGEST_GUARD
    assert name_shown(ring) == "Provider says"
    await no_longer_lives(own_pbx)


async def test_a_server_that_is_silent_holds_a_call_up_for_a_second_and_no_longer(
    own_pbx: Pbx, own_office: Office
) -> None:
    phone = await own_office.phone("101")

    with silent_server(own_pbx.agi_port):
        call = await own_office.trunk.call(ANNAS_DESK, name="Provider says")
        ring = await phone.ringing()
        await ring.answer()
        await call.up()
        await call.rtp.heard(100)  # two seconds of talk: the guard is off again
        assert call.is_up
        await call.hang_up()

    assert ring.invited_at - call.invited_at < LONGEST_GUARD
    assert name_shown(ring) == "Provider says"
    await no_longer_lives(own_pbx)


async def test_a_caller_who_hangs_up_while_the_server_is_silent_leaves_nothing_behind(
    own_pbx: Pbx, own_office: Office
) -> None:
    with silent_server(own_pbx.agi_port):
        call = await own_office.trunk.call(ANNAS_DESK)
        await asyncio.sleep(0)
        await call.cancel()
        await no_longer_lives(own_pbx)


async def test_while_allo_is_frozen_calls_go_their_way_and_afterwards_it_answers_again(
    own_allo: AlloProcess, own_pbx: Pbx, own_office: Office
) -> None:
    phone = await own_office.phone("101")
    async with Api(own_allo) as api:
        await client(await api.log_in(OLGA), "Вера Павловна", "+79160080009")
    assert own_allo.pid is not None
    os.kill(own_allo.pid, signal.SIGSTOP)
    try:
        call = await own_office.trunk.call(ANNAS_DESK, caller="+79160080009", name="Provider says")
        ring = await phone.ringing()
        await ring.decline()
        await call.over()
    finally:
        os.kill(own_allo.pid, signal.SIGCONT)
    again = await own_office.trunk.call(ANNAS_DESK, caller="+79160080009", name="Provider says")
    named = await phone.ringing()
    await named.decline()
    await again.over()

    assert ring.invited_at - call.invited_at < LONGEST_GUARD
    assert (name_shown(ring), name_shown(named)) == ("Provider says", "Вера Павловна")
    await no_longer_lives(own_pbx)
