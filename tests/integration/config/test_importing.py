"""`allo import clients FILE` on a fresh installation."""

import json

import pytest

from tests.integration.config.conftest import CommandLine

PASSWORD = "river-lantern-58\n"
TEXT = "Имя;Телефон\nАнна Орлова;8 916 123-45-67\nБорис;не знаю\nАнна О.;+79161234567\n"


@pytest.fixture
async def hired(ready: CommandLine) -> CommandLine:
    chief = ("user", "add", "--login", "chief", "--name", "Ольга", "--role", "admin")
    await ready.run(*chief, "--password-stdin", stdin=PASSWORD)
    (ready.directory / "base.csv").write_text(TEXT, encoding="cp1251")
    return ready


async def test_a_file_is_looked_at_read_and_read_again(hired: CommandLine) -> None:
    checked = await hired.run("import", "clients", "base.csv", "--check", "--json")
    first = await hired.run("import", "clients", "base.csv", "--json")
    again = await hired.run("import", "clients", "base.csv", "--login", "chief")

    bad = {"line": 3, "field": "phone", "reason": "this is not a phone number"}
    assert json.loads(checked.out) == {
        "total": 3,
        "same_phone": 0,
        "same_name": 0,
        "bad_lines": [bad],
    }
    assert json.loads(first.out) == {"total": 3, "created": 1, "skipped": 1, "bad_lines": [bad]}
    assert (first.status, again.status) == (1, 1)
    assert again.out.startswith("0 clients made, 2 were there already")


async def test_what_cannot_be_imported_is_told_in_one_line(hired: CommandLine) -> None:
    (hired.directory / "odd.csv").write_text("Кличка\nШарик\n", encoding="utf-8")
    for arguments, word in (
        (("base.csv", "--login", "nobody"), "nobody"),
        (("missing.csv",), "missing.csv"),
        (("odd.csv",), "Кличка"),
    ):
        assert (await hired.run("import", "clients", *arguments)).complains(word)


async def test_who_has_clients_is_disabled_only_with_an_heir(hired: CommandLine) -> None:
    anna = ("user", "add", "--login", "anna", "--name", "Анна", "--role", "manager")
    await hired.run(*anna, "--password-stdin", stdin=PASSWORD)
    await hired.run("import", "clients", "base.csv", "--login", "anna")

    alone = await hired.run("user", "disable", "--login", "anna")
    handed = await hired.run("user", "disable", "--login", "anna", "--hand-over-to", "chief")
    last = await hired.run("user", "disable", "--login", "chief", "--to-team")

    assert alone.complains("1 clients")
    assert handed.status == 0
    assert last.complains("last administrator")
