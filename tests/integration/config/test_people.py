import json

import pytest

from tests.integration.config.conftest import CommandLine
from tests.integration.config.test_doctor import keep_link

ANNA = ("user", "add", "--login", "anna", "--name", "Анна Соколова", "--role", "agent")
PASSWORD = "river-lantern-58\n"


async def test_an_agent_is_added_with_a_phone(ready: CommandLine) -> None:
    added = await ready.run(*ANNA, "--extension", "101", "--password-stdin", stdin=PASSWORD)
    listed = await ready.run("user", "list", "--json")

    assert (added.status, added.err) == (0, "")
    (anna,) = json.loads(listed.out)
    assert (anna["login"], anna["role"], anna["phones"]) == ("anna", "agent", "101@main")


async def test_the_phone_belongs_to_the_only_pbx_that_is_set(ready: CommandLine) -> None:
    ready.settings["ALLO_PBX"] = '[{"name": "south", "secret": "quiet"}]'

    await ready.run(*ANNA, "--extension", "101", "--password-stdin", stdin=PASSWORD)

    (anna,) = json.loads((await ready.run("user", "list", "--json")).out)
    assert anna["phones"] == "101@south"


async def test_with_two_pbxs_one_has_to_be_named(ready: CommandLine) -> None:
    links = [{"name": "south", "secret": "quiet"}, {"name": "north", "secret": "quiet"}]
    ready.settings["ALLO_PBX"] = json.dumps(links)

    silent = await ready.run(*ANNA, "--extension", "1", "--password-stdin", stdin=PASSWORD)
    wrong = await ready.run(
        *ANNA, "--extension", "101", "--pbx", "west", "--password-stdin", stdin=PASSWORD
    )

    assert (silent.status, "--pbx" in silent.err) == (2, True)
    assert wrong.complains("west", "south, north")


async def test_the_links_that_are_kept_in_the_office_are_known(ready: CommandLine) -> None:
    await keep_link(ready.directory / "data", name="south")
    await ready.run(*ANNA, "--extension", "101", "--password-stdin", stdin=PASSWORD)
    await keep_link(ready.directory / "data", name="north")

    boris = ("user", "add", "--login", "boris", "--name", "Борис", "--role", "agent")
    silent = await ready.run(*boris, "--extension", "1", "--password-stdin", stdin=PASSWORD)
    phoneless = await ready.run(*boris, "--password-stdin", stdin=PASSWORD)

    listed = json.loads((await ready.run("user", "list", "--json")).out)
    assert [one["phones"] for one in listed if one["login"] == "anna"] == ["101@south"]
    assert (silent.status, "north, south" in silent.err) == (2, True)
    assert phoneless.status == 0


async def test_a_login_is_given_once(ready: CommandLine) -> None:
    await ready.run(*ANNA, "--password-stdin", stdin=PASSWORD)

    again = await ready.run(*ANNA, "--password-stdin", stdin=PASSWORD)

    assert again.complains("anna is taken")


async def test_a_password_that_anybody_would_guess_is_refused(ready: CommandLine) -> None:
    answer = await ready.run(*ANNA, "--password-stdin", stdin="12345678\n")

    assert answer.complains("password")


async def test_a_password_never_comes_from_the_arguments(ready: CommandLine) -> None:
    argued = await ready.run(*ANNA, "--password", PASSWORD)
    silent = await ready.run(*ANNA)

    assert argued.status == 2
    assert (silent.status, "--password-stdin" in silent.err) == (2, True)


async def test_a_token_is_printed_alone_and_can_be_revoked(ready: CommandLine) -> None:
    await ready.run(*ANNA, "--password-stdin", stdin=PASSWORD)

    created = await ready.run("token", "create", "--login", "anna", "--name", "reports")
    listed = json.loads((await ready.run("token", "list", "--json")).out)
    revoked = await ready.run("token", "revoke", listed[0]["id"])

    assert created.out.startswith("allo_")
    assert created.out.count("\n") == 1
    assert created.out.strip() not in json.dumps(listed)
    assert revoked.status == 0
    assert json.loads((await ready.run("token", "list", "--json")).out) == []


async def test_who_is_disabled_is_no_longer_listed(ready: CommandLine) -> None:
    await ready.run(*ANNA, "--password-stdin", stdin=PASSWORD)

    await ready.run("user", "disable", "--login", "anna")

    assert json.loads((await ready.run("user", "list", "--json")).out) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("token", "create", "--login", "nobody"),
        ("user", "role", "--login", "nobody", "--role", "admin"),
        ("user", "disable", "--login", "nobody"),
    ],
)
async def test_nobody_is_named_who_does_not_exist(
    ready: CommandLine, arguments: tuple[str, ...]
) -> None:
    assert (await ready.run(*arguments)).complains("nobody")
