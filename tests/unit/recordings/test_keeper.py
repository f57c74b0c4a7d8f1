"""The keeper: what is due is fetched once, comes late, or never, and a crash loses nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest
from sqlmodel import col, select, update

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_log import CallWriter
from crm_core.calls.call_reader import views_of
from crm_core.calls.recording_rows import PAUSES_SECONDS
from crm_core.calls.recording_tables import Recording
from crm_core.calls.recordings import MISSING_AFTER
from crm_core.calls.tables import Call
from crm_core.kernel.call_facts import CallSnapshot, RecordingFact
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.figures import Spread
from recordings.keeper import KeeperSettings, RecordingKeeper
from recordings.places import Folder
from tests.unit.calls.floor import answered, hung_up, ringing
from tests.unit.recordings.sounds import AGENT_HZ, tone, write_wav

PREFIX = "/var/spool/asterisk/monitor"


class Archive:
    """A PBX's folder, the call log, and the keeper between them."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.monitor = folder / "monitor"
        self.monitor.mkdir()
        self.store = folder / "store"
        self.writer = CallWriter(database, AgentDirectory(), {"main": "RU"})
        self.keeper = self.new_keeper()

    def new_keeper(self) -> RecordingKeeper:
        settings = KeeperSettings(
            store=self.store,
            folders=[Folder(path=self.monitor, prefix=PREFIX)],
            rule="*{uniqueid}*",
            time_zone="Europe/Moscow",
        )
        return RecordingKeeper(self.database, settings)

    async def write(self, call: CallSnapshot) -> None:
        self.writer.put("main", [call])
        await self.writer.flush()

    async def hurry(self) -> None:
        """Let the next turn of everything that waits be now."""
        async with self.database.write() as unit:
            await unit.session.exec(
                update(Recording)
                .where(col(Recording.next_try_at).is_not(None))
                .values(next_try_at=utc_now() - timedelta(seconds=1))
            )

    async def fetch(self) -> Recording:
        await self.hurry()
        await self.keeper.fetch_due()
        return await self.row()

    async def row(self) -> Recording:
        async with self.database.read() as session:
            (row,) = (await session.exec(select(Recording))).all()
        return row


def a_talk(path: str | None, *, name: str = "talk") -> CallSnapshot:
    call = answered(ringing("101", call_id=uuid5(NAMESPACE_URL, name)), "101")
    fact = RecordingFact(key="1.1/0", path=path, uniqueid="1.1", started_at=call.started_at)
    return replace(hung_up(call), recordings=(fact,))


@pytest.fixture
def archive(database: Database, tmp_path: Path) -> Archive:
    return Archive(database, tmp_path)


async def test_a_recording_of_an_ended_call_is_fetched_and_shown_with_the_call(
    archive: Archive,
) -> None:
    write_wav(archive.monitor / "talk.wav", tone(AGENT_HZ, 3))
    await archive.write(a_talk(f"{PREFIX}/talk.wav"))

    row = await archive.fetch()

    assert (row.state, row.next_try_at, row.channels) == ("ready", None, 1)
    async with archive.database.read() as session:
        (view,) = await views_of(session, (await session.exec(select(Call))).all())
    assert [(ref.id, ref.state) for ref in view.recordings] == [(row.id, "ready")]
    assert view.recordings[0].duration_seconds == pytest.approx(3.0, abs=0.1)


async def test_figures_tell_what_waits_what_came_and_how_long_after_the_hang_up(
    archive: Archive,
) -> None:
    await archive.write(a_talk(f"{PREFIX}/talk.wav"))
    await archive.fetch()
    waiting = told(archive)
    write_wav(archive.monitor / "talk.wav", tone(AGENT_HZ, 1))
    await archive.fetch()
    kept = told(archive)
    (archive.monitor / "broken.wav").write_bytes(b"no audio at all")
    await archive.write(a_talk(f"{PREFIX}/broken.wav", name="broken"))
    await archive.hurry()
    await archive.keeper.fetch_due()

    assert (waiting["waiting"], waiting["kept"], waiting["took"]) == (1, 0, 0)
    assert (kept["waiting"], kept["kept"], kept["took"], kept["converting"]) == (0, 1, 1, 0)
    assert (told(archive)["failed"], told(archive)["took"]) == (1, 1)


def told(archive: Archive) -> dict[str, int]:
    """The keeper's figures by the last word of their names."""
    return {
        "took" if isinstance(one.value, Spread) else one.name.rpartition("_")[2]: (
            one.value.total if isinstance(one.value, Spread) else one.value
        )
        for one in archive.keeper.told()
    }


async def test_while_a_call_goes_on_nothing_is_fetched(archive: Archive) -> None:
    ended = a_talk(f"{PREFIX}/talk.wav")
    going_on = answered(ringing("101", call_id=ended.call_id), "101")
    going_on = replace(going_on, recordings=ended.recordings)
    await archive.write(going_on)

    assert (await archive.row()).next_try_at is None
    await archive.write(ended)
    assert (await archive.row()).next_try_at is not None


async def test_without_a_name_the_file_is_found_by_the_channel_s_id(archive: Archive) -> None:
    write_wav(archive.monitor / "in-101-1.1.wav", tone(AGENT_HZ, 1))
    await archive.write(a_talk(None))

    assert (await archive.fetch()).state == "ready"


async def test_a_late_file_is_waited_for_and_told_as_missing_meanwhile(archive: Archive) -> None:
    await archive.write(a_talk(f"{PREFIX}/late.wav"))
    states = [(await archive.fetch()).state for _ in range(MISSING_AFTER)]
    assert states == ["waiting"] * (MISSING_AFTER - 1) + ["missing"]

    write_wav(archive.monitor / "late.wav", tone(AGENT_HZ, 1))

    assert (await archive.fetch()).state == "ready"


async def test_a_file_that_never_comes_is_given_up_after_a_day(archive: Archive) -> None:
    await archive.write(a_talk(f"{PREFIX}/never.wav"))
    async with archive.database.write() as unit:
        await unit.session.exec(update(Recording).values(tries=len(PAUSES_SECONDS) - 1))

    row = await archive.fetch()

    assert (row.state, row.next_try_at) == ("missing", None)
    assert sum(PAUSES_SECONDS) > 20 * 3600


Spoil = Callable[[Path], None]


@pytest.mark.parametrize(
    ("path", "spoil", "state"),
    [
        (f"{PREFIX}/talk.wav", lambda place: place.write_bytes(b""), "silent"),
        (f"{PREFIX}/talk.wav", lambda place: place.write_bytes(b"#EXTM3U"), "failed"),
        ("/etc/passwd", lambda place: None, "failed"),
        (f"{PREFIX}/../secret.wav", lambda place: None, "failed"),
    ],
)
async def test_what_cannot_be_heard_is_a_state_and_is_not_tried_again(
    archive: Archive, path: str, spoil: Spoil, state: str
) -> None:
    spoil(archive.monitor / "talk.wav")
    await archive.write(a_talk(path))

    row = await archive.fetch()

    assert (row.state, row.next_try_at, row.content_hash) == (state, None, None)


async def test_a_call_told_again_after_a_restart_is_not_fetched_again(archive: Archive) -> None:
    write_wav(archive.monitor / "talk.wav", tone(AGENT_HZ, 1))
    await archive.write(a_talk(f"{PREFIX}/talk.wav"))
    before = await archive.fetch()

    await archive.write(a_talk(f"{PREFIX}/talk.wav"))
    archive.keeper = archive.new_keeper()
    await archive.keeper.fetch_due()

    assert await archive.row() == before


async def test_what_was_begun_when_the_server_was_killed_is_done_by_the_next(
    archive: Archive,
) -> None:
    """Killed after the file was stored and before the row was: done again, kept once."""
    write_wav(archive.monitor / "talk.wav", tone(AGENT_HZ, 1))
    await archive.write(a_talk(f"{PREFIX}/talk.wav"))
    row = await archive.row()
    await archive.keeper._fetch(row)

    again = await archive.fetch()

    assert again.state == "ready"
    assert len(list(archive.store.rglob("*.opus"))) == 1
