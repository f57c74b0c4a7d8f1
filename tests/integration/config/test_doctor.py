"""`allo doctor`: what is wrong is found, and every finding says what to do."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.doctor import Finding, examine
from config.settings import (
    PushSettings,
    RecordingFolder,
    RecordingSettings,
    Settings,
    WebSettings,
)
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.calls.pbx.links import LinkBook
from crm_core.calls.pbx.settings import PbxSettings
from crm_core.kernel.database import Database
from crm_core.kernel.schema import migrate
from crm_core.kernel.secret_box import KEY_NAME, SecretBox
from telephony.simulator.channels import Phone
from telephony.simulator.pbx import SimulatedPbx
from tests.integration.config.conftest import CommandLine, Start, taken_port
from tests.unit.telephony.call_records.recorded import as_csv, rows_of


def settings_of(directory: Path, *links: PbxSettings, web_port: int = 0) -> Settings:
    return Settings(
        data_directory=directory,
        web=WebSettings(port=web_port),
        push=PushSettings(port=0),
        pbx=links,
    )


def link_to(port: int, secret: str = "quiet") -> PbxSettings:
    return PbxSettings.model_validate({"port": port, "secret": secret})


async def found(settings: Settings, check: str) -> list[Finding]:
    return [finding for finding in await examine(settings) if finding.check == check]


@pytest.fixture
async def pbx_port() -> AsyncIterator[int]:
    pbx = SimulatedPbx(phones=[Phone("101", "Анна")], username="allo", secret="quiet")
    async with pbx.serve() as port:
        yield port


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A data directory in order."""
    private = tmp_path / "data"
    private.mkdir(mode=0o700)
    migrate(f"sqlite:///{private}/allo.sqlite3")
    return private


async def test_where_all_is_well_there_is_nothing_to_do(directory: Path, pbx_port: int) -> None:
    findings = await examine(settings_of(directory, link_to(pbx_port)))

    assert {finding.verdict for finding in findings} == {"ok"}
    assert {finding.advice for finding in findings} == {""}
    assert {
        *("data directory", "disk of data", "database", "schema"),
        *("web port", "push port", "AGI port", "recordings", "PBX main"),
    } == {finding.check for finding in findings}


def with_records(port: int, where: object) -> PbxSettings:
    return PbxSettings.model_validate({"port": port, "secret": "quiet", "call_records": str(where)})


async def test_call_records_are_looked_at_where_they_are_said_to_lie(
    directory: Path, pbx_port: int, tmp_path: Path
) -> None:
    master = tmp_path / "Master.csv"
    settings = settings_of(directory, with_records(pbx_port, master))
    (missing,) = await found(settings, "call records of main")
    assert missing.verdict == "failed"
    assert "No such file" in missing.text
    assert str(master) in missing.advice

    row = rows_of("direct_answered")[0]
    master.write_text(as_csv([row], lambda row: [row["uniqueid"]]), encoding="utf-8")
    (poor,) = await found(settings, "call records of main")
    assert (poor.verdict, "newcdrcolumns=yes" in poor.advice) == ("warning", True)

    master.write_text(as_csv([row], lambda _row: []), encoding="utf-8")
    (useless,) = await found(settings, "call records of main")
    assert (useless.verdict, "loguniqueid=yes" in useless.text) == ("failed", True)

    full = as_csv([row], lambda row: [row["uniqueid"], "", row["linkedid"], "1"])
    master.write_text(full, encoding="utf-8")
    (well,) = await found(settings, "call records of main")
    assert (well.verdict, well.advice) == ("ok", "")


async def test_the_password_of_the_records_is_not_told(directory: Path, pbx_port: int) -> None:
    address = "postgresql://freepbx:planted-and-quiet@127.0.0.1:1/asteriskcdrdb"
    settings = settings_of(directory, with_records(pbx_port, address))
    findings = await examine(settings)
    assert "planted" not in repr(findings) + repr(settings)
    (away,) = [one for one in findings if one.check == "call records of main"]
    assert away.verdict == "failed"


async def test_a_database_without_tables_is_to_be_migrated(tmp_path: Path) -> None:
    (schema,) = await found(settings_of(tmp_path), "schema")

    assert schema.verdict == "failed"
    assert "allo migrate" in schema.advice


async def test_each_folder_of_recordings_is_looked_at(directory: Path, tmp_path: Path) -> None:
    full, empty, gone = (tmp_path / name for name in ("full", "empty", "gone"))
    for folder in (full, empty):
        folder.mkdir()
    (full / "2026").mkdir()
    folders = tuple(RecordingFolder(path=folder) for folder in (full, empty, gone))
    settings = settings_of(directory).model_copy(
        update={"recordings": RecordingSettings(folders=folders)}
    )

    told = [await found(settings, f"recordings in {folder}") for folder in (full, empty, gone)]

    assert [[one.verdict for one in findings] for findings in told] == [
        ["ok"],
        ["warning"],
        ["failed"],
    ]
    assert "ALLO_RECORDINGS__FOLDERS" in told[2][0].advice


@pytest.fixture
def open_directory(directory: Path) -> Path:
    """Everybody on the machine can look into it."""
    directory.chmod(0o755)
    return directory


async def test_a_directory_that_others_can_read_is_warned_of(open_directory: Path) -> None:
    (finding,) = await found(settings_of(open_directory), "data directory")

    assert (finding.verdict, finding.advice) == ("warning", f"chmod 700 {open_directory}")


async def test_a_port_in_use_is_named_with_its_setting(directory: Path) -> None:
    with taken_port() as taken:
        port = taken.getsockname()[1]
        (finding,) = await found(settings_of(directory, web_port=port), "web port")

    assert finding.verdict == "failed"
    assert str(port) in finding.text
    assert "ALLO_WEB__PORT" in finding.advice


async def test_a_refused_login_points_to_manager_conf(directory: Path, pbx_port: int) -> None:
    *_reached, refused = await found(settings_of(directory, link_to(pbx_port, "loud")), "PBX main")

    assert refused.verdict == "failed"
    assert "manager.conf" in refused.advice
    assert "loud" not in refused.text


async def test_a_pbx_that_is_away_is_told_from_one_that_is_something_else(directory: Path) -> None:
    with taken_port() as closed:
        port = closed.getsockname()[1]
    (away,) = await found(settings_of(directory, link_to(port)), "PBX main")

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.org ESMTP\r\n")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        (other,) = await found(settings_of(directory, link_to(port)), "PBX main")

    assert (away.verdict, other.verdict) == ("failed", "failed")
    assert "cannot be reached" in away.text
    assert "does not speak" in other.text


async def test_without_a_pbx_it_says_where_to_begin(directory: Path) -> None:
    (finding,) = await found(settings_of(directory), "PBX")

    assert finding.verdict == "warning"
    assert "ALLO_PBX" in finding.advice


async def keep_link(directory: Path, **values: object) -> SecretBox:
    """A link as an administrator keeps one."""
    box = SecretBox(directory / KEY_NAME)
    database = Database.connect(f"sqlite:///{directory}/allo.sqlite3")
    try:
        async with database.write() as unit:
            await LinkBook(unit, box, DEFAULT_TEAM_ID).add({"secret": "quiet", **values})
    finally:
        await database.close()
    return box


async def test_a_link_that_is_kept_in_the_database_is_looked_at(
    directory: Path, pbx_port: int
) -> None:
    box = await keep_link(directory, name="south", port=pbx_port)
    well = await found(settings_of(directory), "PBX south")
    box.key_file.chmod(0o644)
    (open_key,) = await found(settings_of(directory), "key of the secrets")
    box.key_file.unlink()
    (lost,) = await found(settings_of(directory), "PBX south")

    assert {finding.verdict for finding in well} == {"ok"}
    assert (open_key.verdict, open_key.advice) == ("warning", f"chmod 600 {box.key_file}")
    assert lost.verdict == "failed"
    assert "secret anew" in lost.advice


async def test_as_a_command_it_fails_when_anything_has_failed(ready: CommandLine) -> None:
    well = await ready.run("doctor")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ready.settings["ALLO_PUSH__PORT"] = str(taken.getsockname()[1])
        ill = await ready.run("doctor", "--json")

    assert well.status == 0
    assert ill.status == 1
    assert not json.loads(ill.out)["is_well"]


async def test_a_running_server_is_found_and_its_ports_are_its_own(
    ready: CommandLine, start: Start
) -> None:
    running = await start("serve")
    await running.line_with("ready")

    told = json.loads((await ready.run("doctor", "--json")).out)

    checks = {finding["check"]: finding["text"] for finding in told["findings"]}
    assert str(running.process.pid) in checks["server"]
    assert "web port" not in checks
