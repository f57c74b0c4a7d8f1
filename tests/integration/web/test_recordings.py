"""Recordings over REST: in ranges, by right, and every listen noted."""

import hashlib
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from crm_core.access.tables import AuditEntry
from crm_core.calls.recording_tables import Recording
from crm_core.calls.recordings import Fetched, keep_result
from crm_core.kernel.call_facts import RecordingFact
from crm_core.kernel.clock import utc_now
from recordings.store import file_of
from tests.integration.web.office import Office
from tests.integration.web.random_calls import START, a_call, answer, end, ring

SOUND = b"OggS" + bytes(range(256)) * 40


async def record(office: Office, extension: str, store: Path, *, state: str = "ready") -> UUID:
    """A talk of this extension whose recording is in the store, or is not."""
    call = end(answer(ring(a_call(1, number="79160001122", queue=None), extension), extension))
    fact = RecordingFact(key="1/0", path="/x/talk.wav", uniqueid="1", started_at=START)
    await office.write(replace(call, recordings=(fact,)))
    content_hash = hashlib.sha256(SOUND).hexdigest()
    async with office.database.write() as unit:
        (row,) = (await unit.session.exec(select(Recording))).all()
        has_sound = state == "ready"
        fetched = Fetched(
            state=state,
            content_hash=content_hash if has_sound else None,
            duration_seconds=2.5 if has_sound else None,
            channels=1 if has_sound else None,
            peaks=[[7] * 800] if has_sound else None,
        )
        await keep_result(unit, row, fetched, utc_now())
    office.audio_store = store
    place = file_of(store, content_hash)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(SOUND)
    return row.id


async def listens(office: Office) -> list[tuple[UUID | None, str]]:
    async with office.database.read() as session:
        query = select(AuditEntry).where(AuditEntry.action == "recording.listened")
        return [(row.user_id, row.object_id) for row in (await session.exec(query)).all()]


@pytest.fixture
def store(office: Office, tmp_path: Path) -> Path:
    """Set before the first request: the application asks for it at each."""
    return tmp_path / "store"


async def test_a_recording_is_shown_with_its_picture_and_on_its_call(
    office: Office, store: Path
) -> None:
    await office.hire("anna", extension="101")
    recording_id = await record(office, "101", store)
    async with office.browser("anna") as browser:
        shown = await browser.get(f"/api/recordings/{recording_id}")
        (call,) = (await browser.get("/api/calls"))["items"]

    assert (shown["state"], shown["duration_seconds"], shown["channels"]) == ("ready", 2.5, 1)
    assert shown["peaks"] == [[7] * 800]
    assert [(one["id"], one["state"]) for one in call["recordings"]] == [
        (str(recording_id), "ready")
    ]


async def test_the_audio_is_given_whole_and_in_ranges(office: Office, store: Path) -> None:
    await office.hire("anna", extension="101")
    recording_id = await record(office, "101", store)
    address = f"/api/recordings/{recording_id}/audio"
    async with office.browser("anna") as browser:
        async with browser.session.get(address) as whole:
            assert (whole.status, await whole.read()) == (200, SOUND)
            assert whole.headers["Content-Type"] == "audio/ogg"
            assert whole.headers["Accept-Ranges"] == "bytes"
            assert whole.headers["X-Content-Type-Options"] == "nosniff"
            tag = whole.headers["ETag"]
        async with browser.session.get(address, headers={"Range": "bytes=10-19"}) as part:
            assert (part.status, await part.read()) == (206, SOUND[10:20])
            assert part.headers["Content-Range"] == f"bytes 10-19/{len(SOUND)}"
        beyond = {"Range": f"bytes={len(SOUND)}-"}
        async with browser.session.get(address, headers=beyond) as nothing:
            assert nothing.status == 416
        async with browser.session.get(address, headers={"If-None-Match": tag}) as same:
            assert same.status == 304


async def test_a_listen_is_noted_once_however_many_pieces_it_takes(
    office: Office, store: Path
) -> None:
    anna = await office.hire("anna", extension="101")
    recording_id = await record(office, "101", store)
    address = f"/api/recordings/{recording_id}/audio"
    async with office.browser("anna") as browser:
        for span in ("bytes=0-", "bytes=100-199", "bytes=5000-"):
            async with browser.session.get(address, headers={"Range": span}) as answer_:
                await answer_.read()

    assert await listens(office) == [(anna, str(recording_id))]


async def test_a_colleague_without_a_part_in_the_call_hears_nothing(
    office: Office, store: Path
) -> None:
    await office.hire("anna", extension="101")
    await office.hire("boris", extension="102")
    await office.hire("vera", role="manager")
    recording_id = await record(office, "101", store)
    for login, status in (("boris", 404), ("vera", 200)):
        async with office.browser(login) as browser:
            for path in ("", "/audio"):
                address = f"/api/recordings/{recording_id}{path}"
                async with browser.session.get(address) as answer_:
                    assert (login, answer_.status) == (login, status)

    assert len(await listens(office)) == 1


@pytest.mark.parametrize("state", ["waiting", "missing", "silent", "failed"])
async def test_what_cannot_be_heard_says_so(office: Office, store: Path, state: str) -> None:
    await office.hire("anna", extension="101")
    recording_id = await record(office, "101", store, state=state)
    async with office.browser("anna") as browser:
        shown = await browser.get(f"/api/recordings/{recording_id}")
        status, problem = await browser.ask("GET", f"/api/recordings/{recording_id}/audio")

    assert (shown["state"], shown["has_audio"]) == (state, False)
    assert (status, problem["code"]) == (409, "recording_not_ready")
    assert await listens(office) == []


async def test_an_id_of_nothing_is_nothing(office: Office) -> None:
    await office.hire("anna", extension="101")
    async with office.browser("anna") as browser:
        assert (await browser.ask("GET", f"/api/recordings/{uuid4()}/audio"))[0] == 404
