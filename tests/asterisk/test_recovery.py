"""Calls that came and went while Allo was down: Asterisk's own records bring them back, once."""

import asyncio
import random

import pytest

from tests.allo_clients import Api, Json
from tests.allo_process import ANNA, OLGA, AlloProcess, pbx_setting
from tests.asterisk.desk import listed
from tests.asterisk.office import Office
from tests.asterisk.pbx import Pbx
from tests.asterisk.scenarios import phones_of
from tests.asterisk.test_kills import AGENTS, Line, Truth, calls_of, kill_until, log_of

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.timeout(300),
]  # several starts, on a busy machine

MISSED, SPOKEN, QUEUED = "+79160070001", "+79160070002", "+79160070003"
LATER = "+79160070004"


@pytest.fixture
def recovering_allo(own_allo: AlloProcess, own_pbx: Pbx) -> AlloProcess:
    """A server that knows where its PBX writes its records; away at the moment."""
    own_allo.stop()
    records = own_pbx.directory / "log" / "cdr-csv" / "Master.csv"
    own_allo.settings["ALLO_PBX"] = pbx_setting(own_pbx, call_records=str(records))
    return own_allo


async def abandoned_call(office: Office, caller: str) -> None:
    call = await office.trunk.call("74950000101", caller=caller)
    await call.ringing()
    await asyncio.sleep(1.1)  # records count in seconds
    await call.cancel()
    await call.over()


async def calls_meanwhile(office: Office) -> None:
    """One gives up, one is spoken with, one waits in the queue until somebody answers."""
    anna, boris = await phones_of(office, "101", "102")
    await abandoned_call(office, MISSED)
    await anna.ringing()
    for did, caller, phone in (("74950000101", SPOKEN, anna), ("74950000701", QUEUED, boris)):
        call = await office.trunk.call(did, caller=caller)
        await (await phone.ringing()).answer()
        await call.up()
        await asyncio.sleep(1.1)
        await call.hang_up()
        await call.over()


async def test_calls_of_an_outage_stand_in_the_log_once_and_marked(
    recovering_allo: AlloProcess, own_office: Office
) -> None:
    allo = recovering_allo
    await calls_meanwhile(own_office)
    await asyncio.to_thread(allo.start)
    async with Api(allo) as olga:
        await olga.log_in(OLGA)
        calls = await listed(olga, "/api/calls", lambda found: len(found) == 3)
        told = {call["number"]: call for call in calls}
        assert all(call["is_recovered"] for call in calls)
        assert {call["direction"] for call in calls} == {"inbound"}
        assert told[MISSED]["result"] == "abandoned"
        assert [leg["extension"] for leg in told[MISSED]["legs"]] == ["101"]
        assert told[SPOKEN]["result"] == "answered"
        assert told[SPOKEN]["handled_by"]["extension"] == "101"
        assert told[SPOKEN]["did"] == "74950000101"
        assert (told[QUEUED]["queue"], told[QUEUED]["result"]) == ("sales", "answered")
        assert told[QUEUED]["handled_by"]["extension"] == "102"
        assert told[QUEUED]["talk_seconds"] == pytest.approx(1.1, abs=1.0)

        gaps = await listed(olga, "/api/gaps", lambda found: found[0]["recovery"]["recovered"] == 3)
        assert gaps[0]["reason"] == "server_down"
        assert gaps[0]["recovery"]["without_agent"] == 0

        allo.stop()
        await abandoned_call(own_office, LATER)
        await asyncio.to_thread(allo.start)
        # the older gap is looked into before the newer: both have been when the fourth call is here
        again = await listed(olga, "/api/calls", lambda found: len(found) >= 4)
        assert [call["number"] for call in again if call not in calls] == [LATER]
        gaps = await listed(olga, "/api/gaps", lambda found: found[0]["recovery"]["recovered"] == 1)
        assert gaps[1]["recovery"]["recovered"] == 3


async def test_whoever_was_missed_in_an_outage_is_called_back(
    recovering_allo: AlloProcess, own_office: Office
) -> None:
    await calls_meanwhile(own_office)
    await asyncio.to_thread(recovering_allo.start)
    async with Api(recovering_allo) as anna:
        await anna.log_in(ANNA)
        tasks = await listed(anna, "/api/tasks", lambda found: bool(found))
    assert [(task["kind"], task["number"]) for task in tasks] == [("callback", MISSED)]


async def test_a_missing_file_is_told_and_nothing_else_happens(
    recovering_allo: AlloProcess, own_pbx: Pbx, own_office: Office
) -> None:
    nowhere = str(own_pbx.directory / "nowhere" / "Master.csv")
    recovering_allo.settings["ALLO_PBX"] = pbx_setting(own_pbx, call_records=nowhere)
    await asyncio.to_thread(recovering_allo.start)
    async with Api(recovering_allo) as olga:
        await olga.log_in(OLGA)
        gaps = await listed(
            olga, "/api/gaps", lambda found: found[0]["recovery"]["state"] == "failed"
        )
        assert "No such file" in gaps[0]["recovery"]["reason"]
        (boris,) = await phones_of(own_office, "102")
        call = await own_office.trunk.call("74950000102", caller=SPOKEN)
        await (await boris.ringing()).answer()
        await call.up()
        await call.hang_up()
        await listed(olga, "/api/calls", lambda found: len(found) == 1)


async def told_of_all(api: Api, truths: dict[str, Truth]) -> dict[str, list[Json]]:
    """The rows of each caller once each has one at least, and none goes on."""
    async with asyncio.timeout(60):
        while True:
            rows: dict[str, list[Json]] = {number: [] for number in truths}
            for call in await log_of(api):
                rows[call["number"]].append(call)
            every = [call for calls in rows.values() for call in calls]
            if all(rows.values()) and all(call["status"] == "ended" for call in every):
                return rows
            await asyncio.sleep(0.2)


async def test_with_records_no_kill_loses_a_call(
    recovering_allo: AlloProcess, own_office: Office
) -> None:
    """Half of the time the server is away: what it cannot have heard it reads afterwards."""
    allo = recovering_allo
    await asyncio.to_thread(allo.start)
    line = Line(own_office)
    shifts = [
        calls_of(line, phone, 6, random.Random(f"records {phone.user}"))
        for phone in await phones_of(own_office, *AGENTS)
    ]
    done = asyncio.gather(*shifts)
    outages = await kill_until(done, allo, line, random.Random(7))
    await done
    truths = line.truths
    async with Api(allo) as olga:
        await olga.log_in(OLGA)
        rows = await told_of_all(olga, truths)
    assert outages
    for number, truth in truths.items():
        (call,) = rows[number]
        assert call["result"] == truth.result or call["is_recovered"], (truth, call)
    right = sum(rows[number][0]["result"] == truth.result for number, truth in truths.items())
    assert right >= len(truths) - 2  # without records about a third of them is wrong or missing
