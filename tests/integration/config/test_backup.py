"""F22: an office in one file and back, on either engine, while calls go on."""

import asyncio
import hashlib
import json
import stat
import tarfile
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.backup.tables import checksums, on_reading_connection, row_counts
from crm_core.access.permissions import Rights
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.access.users import NewUser, Phone, add_user, person_of
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_log import CallWriter
from crm_core.calls.pbx.links import LinkBook, read_links
from crm_core.kernel.call_facts import Checkpoint, RecordingFact
from crm_core.kernel.database import Database
from crm_core.kernel.engines import is_sqlite, read_url
from crm_core.kernel.schema import migrate
from crm_core.kernel.secret_box import KEY_NAME, SecretBox
from crm_core.records.client_view import ClientDraft, PhoneDraft
from crm_core.records.clients import create_client
from crm_core.sales.deal_view import DealDraft
from crm_core.sales.deals import DealDesk
from crm_core.sales.task_view import TaskDraft
from crm_core.sales.tasks import TaskDesk
from recordings.store import file_of
from tests import postgresql
from tests.engines import ON_SQLITE
from tests.integration.config.conftest import CommandLine
from tests.integration.web.random_calls import START, a_call, answer, end, ring

SOUND = b"OggS" + bytes(500)
HASH = hashlib.sha256(SOUND).hexdigest()


def settings_of(url: str, directory: Path) -> dict[str, str]:
    return {"ALLO_DATABASE_URL": url, "ALLO_DATA_DIRECTORY": str(directory)}


async def fill(url: str, *, calls: int = 20) -> None:
    """An office in which everything was used once."""
    database = Database.connect(url)
    try:
        rights = await Rights.load(database)
        async with database.write() as unit:
            new = NewUser(
                login="anna",
                name="Анна «Ё» 'Соколова'",
                role="admin",
                password_hash="-",
                phones=[Phone(pbx="main", extension="101")],
            )
            anna = person_of(await add_user(unit, new))
            draft = ClientDraft(
                name="ООО «Ромашка» 🌼", phones=(PhoneDraft(number="89161234567"),), tags=("опт",)
            )
            client = await create_client(unit, anna, rights, draft, region="RU")
            deal = DealDraft(title="Стойки", client_id=client.id, amount_minor=10**14)
            await DealDesk(unit, anna, rights).create(deal)
            task = TaskDraft(title="Отправить", due_at=START, client_id=client.id)
            await TaskDesk(unit, anna, rights).create(task, region="RU")
        await add_calls(database, range(calls))
    finally:
        await database.close()


async def add_calls(database: Database, numbers: range) -> None:
    directory = AgentDirectory()
    await directory.reload(database)
    writer = CallWriter(database, directory, {"main": "RU"})
    fact = RecordingFact(key="1/0", path="/x/a.wav", uniqueid="1", started_at=START)
    for number in numbers:
        call = ring(a_call(number, number="89161234567", queue="sales"), "101")
        call = replace(end(answer(call, "101")), recordings=(fact,))
        mark = Checkpoint(segment="0000000002", offset=0, tracker_version="2", at=START)
        writer.put("main", [call], mark)
    await writer.flush()


async def add_link(url: str, directory: Path) -> None:
    database = Database.connect(url)
    try:
        async with database.write() as unit:
            book = LinkBook(unit, SecretBox(directory / KEY_NAME), DEFAULT_TEAM_ID)
            await book.add({"name": "main", "secret": "planted"})
    finally:
        await database.close()


async def secrets_in(url: str, key: Path) -> list[str]:
    database = Database.connect(url)
    try:
        async with database.read() as session:
            found = await read_links(session, SecretBox(key))
            return [one.settings.secret.get_secret_value() for one in found if one.settings]
    finally:
        await database.close()


def read_members(archive: Path) -> list[bytes]:
    with tarfile.open(archive) as tar:
        return [source.read() for member in tar if (source := tar.extractfile(member))]


def texts_of(directory: Path) -> list[str]:
    """What stands in the keys that were set aside."""
    return [path.read_text() for path in directory.glob(f"{KEY_NAME}.*")]


def held(url: str) -> dict[str, str]:
    found: dict[str, str] = on_reading_connection(url, checksums)
    return found


@pytest.fixture
def other_url(target: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A second database, without tables, on the engine that the test names."""
    if target == "sqlite":
        return f"sqlite:///{tmp_path / 'other' / 'allo.sqlite3'}"
    cluster: str = request.getfixturevalue("postgresql_cluster")
    return postgresql.create_database(cluster, f"other_{uuid.uuid4().hex}")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A data directory with a recording and two segments of tape, of which one is history."""
    data = tmp_path / "data"
    place = file_of(data / "recordings", HASH)
    place.parent.mkdir(parents=True)
    place.write_bytes(SOUND)
    tape = data / "tape" / "main"
    tape.mkdir(parents=True)
    for number in (1, 2):
        (tape / f"{number:010d}.tape").write_bytes(b"ALLO-TAPE-1\n" + bytes([number]) * 10)
    return data


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
async def test_a_backup_of_either_engine_is_restored_on_either(
    allo: CommandLine,
    database_url: str,
    office: Path,
    tmp_path: Path,
    other_url: str,
) -> None:
    await fill(database_url)
    await add_link(database_url, office)
    archive = tmp_path / "office.tar.gz"
    allo.settings |= settings_of(database_url, office)
    made = await allo.run("backup", "--to", str(archive), "--json")
    assert (made.status, made.err) == (0, "")
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600

    allo.settings |= settings_of(other_url, tmp_path / "restored")
    restored = await allo.run("restore", str(archive), "--json")

    assert (restored.status, restored.err) == (0, "")
    assert held(other_url) == held(database_url)
    assert file_of(tmp_path / "restored" / "recordings", HASH).read_bytes() == SOUND
    tapes = sorted(path.name for path in (tmp_path / "restored" / "tape" / "main").iterdir())
    assert tapes == ["0000000002.tape"]  # before the checkpoint all is in the rows
    key = tmp_path / "restored" / KEY_NAME
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert await secrets_in(other_url, key) == ["planted"]
    assert b"planted" not in b"".join(read_members(archive))
    await add_to(other_url)


async def add_to(url: str) -> None:
    """The restored office goes on: new rows are numbered behind the old ones, search finds."""
    database = Database.connect(url)
    try:
        before = on_reading_connection(url, row_counts)
        await add_calls(database, range(100, 105))
        after = on_reading_connection(url, row_counts)
        assert after["call"] - before["call"] == 5
        assert after["outbox"] - before["outbox"] == 5
    finally:
        await database.close()


async def test_a_backup_is_made_while_calls_are_written(
    allo: CommandLine, database_url: str, office: Path, tmp_path: Path
) -> None:
    """Restored, it is one moment of the busy office: every call in it is whole."""
    await fill(database_url, calls=300)
    allo.settings |= settings_of(database_url, office)
    database = Database.connect(database_url)
    writing = asyncio.create_task(keep_writing(database))
    archives = [tmp_path / f"{number}.tar.gz" for number in range(2)]
    try:
        for archive in archives:
            assert (await allo.run("backup", "--to", str(archive))).status == 0
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await database.close()
    counts = []
    for number, archive in enumerate(archives):
        other = f"sqlite:///{tmp_path / str(number) / 'allo.sqlite3'}"
        allo.settings |= settings_of(other, tmp_path / str(number))
        assert (await allo.run("restore", str(archive))).status == 0
        rows = on_reading_connection(other, row_counts)
        assert rows["call"] == rows["call_leg"] == rows["recording"] == rows["call_queue_visit"]
        counts.append(rows["call"])

    assert counts[0] >= 300
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


async def keep_writing(database: Database) -> None:
    number = 1_000
    while True:
        await add_calls(database, range(number, number + 20))
        number += 20
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("target", ["postgresql"])
async def test_an_office_moves_from_sqlite_to_postgresql(
    allo: CommandLine,
    database_url: str,
    tmp_path: Path,
    other_url: str,
) -> None:
    await fill(database_url)
    before = held(database_url)
    allo.settings |= settings_of(other_url, tmp_path / "data")

    moved = await allo.run("migrate", "--from", database_url)
    again = await allo.run("migrate", "--from", database_url)

    assert (moved.status, moved.err) == (0, "")
    assert held(other_url) == before == held(database_url)
    assert again.complains("holds an office already")
    await add_to(other_url)


def spoil(archive: Path, how: str) -> None:
    whole = archive.read_bytes()
    match how:
        case "cut":
            archive.write_bytes(whole[: len(whole) // 2])
        case "flipped":
            middle = len(whole) // 2
            flipped = bytes([whole[middle] ^ 0xFF])
            archive.write_bytes(whole[:middle] + flipped + whole[middle + 1 :])
        case "empty":
            archive.write_bytes(b"")
        case "something else":
            archive.write_bytes(b"PK\x03\x04" + bytes(1000))
        case "leading out":
            with tarfile.open(archive, "w:gz") as tar:
                entry = tarfile.TarInfo("../../secret")
                tar.addfile(entry)
        case "gone":
            archive.unlink()


@ON_SQLITE  # it is refused before any database is looked at
@pytest.mark.parametrize(
    "how", ["cut", "flipped", "empty", "something else", "leading out", "gone"]
)
async def test_a_backup_that_is_not_whole_changes_nothing(
    allo: CommandLine, database_url: str, office: Path, tmp_path: Path, how: str
) -> None:
    await fill(database_url)
    archive = tmp_path / "office.tar.gz"
    allo.settings |= settings_of(database_url, office)
    assert (await allo.run("backup", "--to", str(archive))).status == 0
    spoil(archive, how)
    allo.settings |= settings_of(f"sqlite:///{tmp_path / 'new' / 'a.sqlite3'}", tmp_path / "new")

    refused = await allo.run("restore", str(archive))

    assert refused.complains("")
    assert list((tmp_path / "new").iterdir()) == []
    assert not (tmp_path / "secret").exists()


async def test_a_used_office_is_not_overwritten_but_may_be_set_aside(
    allo: CommandLine, database_url: str, office: Path, tmp_path: Path
) -> None:
    await fill(database_url)
    await add_link(database_url, office)
    archive = tmp_path / "office.tar.gz"
    allo.settings |= settings_of(database_url, office)
    assert (await allo.run("backup", "--to", str(archive))).status == 0
    before = held(database_url)

    (office / KEY_NAME).write_text("another key")
    refused = await allo.run("restore", str(archive))
    forced = await allo.run("restore", str(archive), "--force", "--json")

    assert refused.complains("--force")
    if is_sqlite(read_url(database_url)):
        assert forced.status == 0
        assert await secrets_in(database_url, office / KEY_NAME) == ["planted"]
        assert "another key" in texts_of(office)
        aside = json.loads(forced.out)["aside"]
        assert held(f"sqlite:///{aside}") == held(database_url)
    else:  # a file can be set aside; a server's database is somebody's to name
        assert forced.complains("name an empty one to restore into")
        assert held(database_url) == before


async def test_nothing_is_restored_under_a_running_server(
    ready: CommandLine, start: Any, tmp_path: Path
) -> None:
    running = await start("serve")
    await running.line_with("ready")

    refused = await ready.run("restore", str(tmp_path / "any.tar.gz"))

    assert refused.complains("stop the running Allo")


async def test_an_older_database_is_copied_before_it_is_brought_up(
    allo: CommandLine, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    await asyncio.to_thread(migrate, url, "0003")
    before = (tmp_path / "old.sqlite3").read_bytes()
    allo.settings |= settings_of(url, tmp_path / "data")

    done = await allo.run("migrate")

    assert done.status == 0
    (kept,) = (tmp_path / "data" / "backups").iterdir()
    assert kept.stat().st_size == len(before)
    assert str(kept) in done.out
