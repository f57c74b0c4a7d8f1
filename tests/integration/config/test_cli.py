import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from crm_core.kernel.schema import migrate
from tests.integration.config.conftest import CommandLine, taken_port

PLANTED = "planted-secret-42"


async def test_help_lists_every_command(allo: CommandLine) -> None:
    answer = await allo.run("--help")

    assert answer.status == 0
    for command in ("demo", "serve", "migrate", "user", "token", "doctor", "tape"):
        assert f"\n    {command} " in answer.out


@pytest.mark.parametrize(
    "arguments",
    [(), ("fly",), ("user",), ("user", "add"), ("demo", "--pace", "99"), ("serve", "x")],
)
async def test_wrong_usage_ends_with_2(allo: CommandLine, arguments: tuple[str, ...]) -> None:
    answer = await allo.run(*arguments)

    assert answer.status == 2
    assert "usage: allo" in answer.err


@pytest.mark.parametrize("command", [("serve",), ("migrate",), ("user", "list"), ("doctor",)])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLO_PROT", PLANTED),
        ("ALLO_WEB__PORT", PLANTED),
        ("ALLO_PBX", f'[{{"secret": "{PLANTED}", "port": 0}}]'),
        ("ALLO_DATABASE_URL", f"oracle://allo:{PLANTED}@127.0.0.1/allo"),
    ],
)
async def test_a_wrong_setting_is_one_line_that_names_it_and_hides_it(
    allo: CommandLine, command: tuple[str, ...], name: str, value: str
) -> None:
    allo.settings[name] = value

    answer = await allo.run(*command)

    assert answer.complains(name)
    assert PLANTED not in answer.err


async def test_a_server_without_tables_names_the_command_that_makes_them(
    allo: CommandLine,
) -> None:
    assert (await allo.run("serve")).complains("allo migrate")


async def test_migrating_twice_changes_nothing(allo: CommandLine) -> None:
    first = await allo.run("migrate")
    second = await allo.run("migrate")

    assert (first.status, first.out) == (0, "the database is ready\n")
    assert (second.status, second.out) == (0, "the database is up to date\n")


async def test_a_database_out_of_reach_is_one_line(allo: CommandLine) -> None:
    with taken_port() as listening:
        port = listening.getsockname()[1]
    allo.settings["ALLO_DATABASE_URL"] = f"postgresql://allo:{PLANTED}@127.0.0.1:{port}/allo"

    for command in ("serve", "migrate"):
        answer = await allo.run(command)
        assert answer.complains("database", "cannot be reached")
        assert PLANTED not in answer.err


@pytest.mark.parametrize("name", ["ALLO_WEB__PORT", "ALLO_PUSH__PORT"])
async def test_a_port_in_use_is_one_line_that_names_the_setting(
    ready: CommandLine, name: str
) -> None:
    with taken_port() as taken:
        ready.settings[name] = str(taken.getsockname()[1])
        answer = await ready.run("serve")

    assert answer.complains(str(taken and ready.settings[name]), "in use", name)


async def test_a_data_directory_that_cannot_be_made_is_one_line(allo: CommandLine) -> None:
    (allo.directory / "file").touch()
    allo.settings["ALLO_DATA_DIRECTORY"] = "file/data"

    assert (await allo.run("migrate")).complains("file/data")


async def test_a_tape_directory_that_cannot_be_made_is_one_line(ready: CommandLine) -> None:
    (ready.directory / "file").touch()
    ready.settings["ALLO_TAPE__DIRECTORY"] = "file/tape"
    ready.settings["ALLO_PBX"] = '[{"name": "main", "secret": "quiet"}]'

    assert (await ready.run("serve")).complains("file/tape", "ALLO_TAPE__DIRECTORY")


async def test_a_host_that_is_not_ours_is_one_line_that_names_the_setting(
    ready: CommandLine,
) -> None:
    ready.settings["ALLO_PUSH__HOST"] = "192.0.2.1"  # an address of no machine

    assert (await ready.run("serve")).complains("ALLO_PUSH__HOST")


def a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def another_kind_of_file(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n" + bytes(9000))


def torn(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


@pytest.mark.parametrize("spoil", [a_directory, another_kind_of_file, torn])
@pytest.mark.parametrize(
    "command", [("serve",), ("migrate",), ("user", "list"), ("token", "list"), ("doctor",)]
)
async def test_a_database_file_that_is_none_is_one_line(
    ready: CommandLine, spoil: Callable[[Path], None], command: tuple[str, ...]
) -> None:
    spoil(ready.directory / "data" / "allo.sqlite3")

    answer = await ready.run(*command)

    assert "Traceback" not in answer.err
    assert answer.status == 1
    if command != ("doctor",):  # says it among other things, on stdout
        assert answer.complains("database")


async def test_a_newer_schema_is_left_alone(ready: CommandLine) -> None:
    file = sqlite3.connect(ready.directory / "data" / "allo.sqlite3")
    file.execute("UPDATE alembic_version SET version_num = '9999_later'")
    file.commit()
    file.close()

    for command in ("serve", "migrate"):
        assert (await ready.run(command)).complains("9999_later", "newer Allo")


async def test_an_older_schema_names_the_command_that_mends_it(ready: CommandLine) -> None:
    file = ready.directory / "data" / "allo.sqlite3"
    file.unlink()
    migrate(f"sqlite:///{file}", "0002")

    assert (await ready.run("serve")).complains("0002", "allo migrate")
    assert (await ready.run("migrate")).status == 0
    assert (await ready.run("migrate")).out == "the database is up to date\n"
