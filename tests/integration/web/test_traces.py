"""The black box of a call: opened by whoever may, and taken out of the house without any number."""

import asyncio
import io
import json
import re
import shutil
import zipfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import select

from crm_core.access.tables import AuditEntry
from crm_core.calls.tables import Call, Gap, ShownCard
from crm_core.kernel.bus import EventBus
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.database import Database
from crm_core.kernel.events import CallEvent
from telephony.ami_event import parse_frame
from telephony.tracker import CallTracker, TrackerSettings
from tests.integration.web.office import Browser, Json, Office, open_office
from tests.unit.telephony.taped_streams import BEGAN, main_call, reads_of, told_of, write_tape

STREAM = "queue_ringall_answered"  # 101, 102 and 103 ring; 101 answers


@dataclass(frozen=True)
class Scene:
    """An office in which a recorded call was heard, from the tape to the screens."""

    office: Office
    call: CallSnapshot
    supervisor: Browser
    agent: Browser

    @property
    def path(self) -> str:
        return f"/api/calls/{self.call.call_id}/trace"

    async def open(self) -> Json:
        return await self.supervisor.get(self.path)

    async def files(self) -> dict[str, str]:
        async with self.supervisor.session.get(f"{self.path}/export") as response:
            assert response.status == 200
            raw = await response.read()
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}

    async def audited(self) -> list[tuple[str, str]]:
        async with self.office.database.read() as session:
            rows = (await session.exec(select(AuditEntry))).all()
        return [(row.action, row.object_id) for row in rows if row.action.startswith("call.trace")]


async def hear(office: Office, stream: str) -> None:
    """Let the office hear a recorded stream as a link would."""
    tracker = CallTracker(TrackerSettings("main"))
    for position, (seconds, frames) in enumerate(reads_of(stream)):
        at = BEGAN.fromtimestamp(BEGAN.timestamp() + seconds, BEGAN.tzinfo)
        for frame in frames:
            for event in tracker.feed(parse_frame(frame), at, position):
                assert isinstance(event, CallEvent)
                office.bus.publish(event)
                await office.bus.join()
        office.writer.put("main", tracker.take_changed())
    await office.writer.flush()
    await office.screen_pop.flush_proof()


@pytest.fixture
async def scene(database: Database, bus: EventBus, tmp_path: Path) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        office = await stack.enter_async_context(open_office(database, bus, tapes=tmp_path))
        delivering = asyncio.create_task(bus.run())
        stack.callback(delivering.cancel)
        await office.hire("anna", extension="101")
        await office.hire("boris", extension="102")
        await office.hire("olga", role="supervisor")
        write_tape(tmp_path, reads_of(STREAM))
        yield Scene(
            office=office,
            call=main_call(told_of(reads_of(STREAM))),
            supervisor=await stack.enter_async_context(office.browser("olga")),
            agent=await stack.enter_async_context(office.browser("anna")),
        )


async def test_the_box_tells_what_was_said_what_was_made_of_it_and_who_saw_it(
    scene: Scene,
) -> None:
    await hear(scene.office, STREAM)

    trace = await scene.open()

    assert trace["call"]["id"] == str(scene.call.call_id)
    assert (trace["tape"]["state"], trace["tape"]["is_cut"]) == ("whole", False)
    names = [frame["name"] for frame in trace["frames"]]
    assert {"Newchannel", "QueueCallerJoin", "DialBegin", "BridgeEnter", "Hangup"} <= set(names)
    assert "AlloTick" not in names
    assert all(frame["text"].startswith(f"Event: {frame['name']}") for frame in trace["frames"])
    told = [(fact["kind"], fact["extension"]) for fact in trace["facts"]]
    assert [one for one in told if one[0] == "ringing"] == [
        ("ringing", "101"),
        ("ringing", "102"),
        ("ringing", "103"),
    ]
    assert told[-1] == ("ended", None)
    assert trace["differences"] == []


async def test_a_fault_that_was_planted_is_found(scene: Scene) -> None:
    """Boris has no screen open, at 103 nobody works, and 101's card was never painted."""
    office = scene.office
    anna = office.directory.user_at("main", "101")
    assert anna is not None
    with office.hub.connect(anna, "a session"):
        await hear(office, STREAM)

    screens = {one["extension"]: one for one in (await scene.open())["screens"]}

    assert {extension: one["state"] for extension, one in screens.items()} == {
        "101": "unpainted",
        "102": "no_screen",
        "103": "nobody",
    }
    assert screens["101"]["sent_at"] is not None
    assert screens["101"]["user_name"] == "Anna"


async def test_what_became_of_a_card_is_told(scene: Scene) -> None:
    await hear(scene.office, STREAM)
    async with scene.office.database.read() as session:
        card = (await session.exec(select(ShownCard).where(ShownCard.extension == "102"))).one()
    pop = scene.office.screen_pop
    pop.painted(card.user_id, card.call_id, card.sent_at)
    scene.office.hub.on_dismissed(card.user_id, card.call_id)
    await pop.flush_proof()

    (screen,) = [one for one in (await scene.open())["screens"] if one["extension"] == "102"]

    assert screen["state"] == "painted"
    assert screen["dismissed_at"] is not None
    assert screen["gone_at"] is not None  # when 101 took the call


async def test_a_row_that_another_version_told_differs_and_is_shown_so(scene: Scene) -> None:
    await hear(scene.office, STREAM)
    async with scene.office.database.write() as unit:
        row = await unit.session.get(Call, scene.call.call_id)
        assert row is not None
        row.result = "no_answer"

    (difference,) = (await scene.open())["differences"]

    assert difference == {"field": "result", "stored": "no_answer", "told": "answered"}


async def test_gaps_that_touch_the_call_are_told_and_others_are_not(scene: Scene) -> None:
    await hear(scene.office, STREAM)
    before, after = BEGAN.replace(hour=5), BEGAN.replace(hour=6)
    async with scene.office.database.write() as unit:
        for from_at, to_at, pbx in (
            (BEGAN, None, "main"),
            (before, after, "main"),
            (BEGAN, None, "other"),
        ):
            gap = Gap(id=uuid4(), pbx=pbx, from_at=from_at, to_at=to_at, reason="link_down")
            unit.session.add(gap)

    (gap_shown,) = (await scene.open())["gaps"]

    assert (gap_shown["reason"], gap_shown["to_at"]) == ("link_down", None)


async def test_a_tape_that_is_gone_is_said_to_be_gone(scene: Scene, tmp_path: Path) -> None:
    await hear(scene.office, STREAM)
    shutil.rmtree(tmp_path / "main")

    trace = await scene.open()

    assert (trace["tape"]["state"], trace["frames"], trace["facts"]) == ("gone", [], [])
    assert trace["differences"] == []
    assert len(trace["screens"]) == 3  # what the rows know is there all the same


async def test_agents_may_not_look_and_looking_is_noted(scene: Scene) -> None:
    await hear(scene.office, STREAM)

    for path in (scene.path, f"{scene.path}/export"):
        status, answer = await scene.agent.ask("GET", path)
        assert (status, answer["code"]) == (403, "forbidden")
    status, _answer = await scene.supervisor.ask("GET", f"/api/calls/{uuid4()}/trace")
    assert status == 404
    assert await scene.audited() == []

    await scene.open()
    await scene.files()

    call_id = str(scene.call.call_id)
    assert await scene.audited() == [
        ("call.traced", call_id),
        ("call.trace_exported", call_id),
    ]


async def test_the_archive_holds_nobodys_number_nor_name(scene: Scene) -> None:
    await hear(scene.office, STREAM)
    client = {"name": "Дмитрий Орлов", "phones": [{"number": scene.call.raw_number}]}
    status, told = await scene.supervisor.ask("POST", "/api/clients", client)
    assert status == 201
    await scene.supervisor.ask(
        "PUT", f"/api/calls/{scene.call.call_id}/client", {"client_id": told["id"]}
    )
    note = {"text": "Просит счёт на двадцать кресел"}
    await scene.supervisor.ask("PUT", f"/api/calls/{scene.call.call_id}/note", note)

    files = await scene.files()

    assert set(files) == {"slice.ami", "call.json", "screens.json", "version.txt"}
    whole = "\n".join(files.values())
    for number in (scene.call.raw_number or "", scene.call.did or ""):
        digits = re.sub(r"\D", "", number)
        assert len(digits) > 9
        assert not [place for place in range(len(digits) - 5) if digits[place : place + 6] in whole]
    for word in ("Дмитрий", "Орлов", "Anna", "Boris", "кресел", str(told["id"])):
        assert word not in whole
    stored = json.loads(files["call.json"])["stored"]
    assert (stored["result"], stored["handled_by"], stored["has_client"]) == (
        "answered",
        "101",
        True,
    )
    assert [one["extension"] for one in json.loads(files["screens.json"])] == ["101", "102", "103"]
    assert "tracker" in files["version.txt"]


async def test_a_call_that_goes_on_can_be_looked_into(scene: Scene) -> None:
    live = replace(scene.call, ended_at=None, status=scene.call.status.RINGING, result=None)
    await scene.office.tell(live, extension="101")

    trace = await scene.open()

    assert trace["call"]["ended_at"] is None
    assert trace["differences"] == []
