"""T8 and T17: every route, tried by every role, on one's own things and on everybody else's.

What may happen stands in `matrix.txt`, one line an operation and role; it is read by people before
it is changed. After every refusal the database is as it was, to the last column.
To write the page anew after a change that is meant: `ALLO_WRITE_MATRIX=1 pytest <this file>`.
"""

import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from crm_core.access.permissions import ROLES
from crm_core.access.teams import add_team
from tests.engines import ON_SQLITE
from tests.integration.web.office import Browser, Office
from tests.integration.web.rights.snapshot import difference, everything_in
from tests.integration.web.rights.things import Owner, filled, make_things, unknown_things
from tests.integration.web.test_mass_assignment import WRITES
from web.openapi import document

PAGE = Path(__file__).parent / "matrix.txt"
WHOSE = ("own", "team", "foreign", "unknown")

# One's own account and the door: what they do has tests of its own, and they end the session.
APART = {"log_in", "log_out", "change_me", "change_my_password"}


def operations() -> dict[str, tuple[str, str, bool]]:
    """Method, path and whether it is about one thing, by the operation's name."""
    return {
        told["operationId"]: (method.upper(), path, "_id}" in path + _written(told["operationId"]))
        for path, item in document()["paths"].items()
        for method, told in item.items()
        if told["operationId"] not in APART and path.startswith("/api/")
    }


def _written(name: str) -> str:
    """A body's placeholders as a path writes them: `{client}` names a thing, too."""
    return str(WRITES[name][2]).replace("}'", "_id}") if name in WRITES else ""


def expected(role: str) -> dict[str, str]:
    """What the page says of a role: the statuses by operation."""
    lines = (line.split("|") for line in PAGE.read_text().splitlines() if "|" in line)
    return {name.strip(): statuses.strip() for name, who, statuses in lines if who.strip() == role}


class Floor:
    """An asker of one role, a colleague of the same team, and somebody of another team."""

    def __init__(self, office: Office, asker: Browser, owners: dict[str, Owner]) -> None:
        self._office, self._asker, self._owners = office, asker, owners
        self.faults: list[str] = []

    async def statuses(self, name: str) -> str:
        """Try one operation on everybody's things."""
        method, path, is_about_one = operations()[name]
        request = path.replace("_id}", "}") + (str(WRITES[name][2]) if name in WRITES else "")
        found = []
        for whose in WHOSE if is_about_one else WHOSE[:1]:
            things = (
                await make_things(self._office, self._owners[whose], request)
                if whose in self._owners
                else unknown_things()
            )
            found.append(str(await self._try(name, method, path, things)))
        return " ".join(found)

    async def _try(self, name: str, method: str, path: str, things: dict[str, str]) -> int:
        address = filled(path.replace("_id}", "}"), things)
        body = filled(WRITES[name][2], things) if name in WRITES else None
        before = await everything_in(self._office.database)
        status, answer = await self._asker.ask(method, address, body)
        if status >= 500:
            self.faults.append(f"{name}: {status} {answer}")
        if status >= 400:
            after = await everything_in(self._office.database)
            self.faults += [f"{name} {status}: {told}" for told in difference(before, after)]
        return status


async def open_floor(stack: AsyncExitStack, office: Office, role: str) -> Floor:
    """Hire the three; the things of managers and the like are their own as well."""
    async with office.database.write() as unit:
        other_team = await add_team(unit, "Другая команда")
    people = {
        "own": ("asker", role, "101", None),
        "team": ("colleague", "agent", "102", None),
        "foreign": ("stranger", "agent", "103", other_team.id),
    }
    owners = {}
    for whose, (login, hired_as, extension, team_id) in people.items():
        user_id = await office.hire(login, role=hired_as, extension=extension, team_id=team_id)
        browser = await stack.enter_async_context(office.browser(login))
        owners[whose] = Owner(user_id, extension, browser)
    return Floor(office, owners["own"].browser, owners)


@ON_SQLITE  # who may do what is asked of rows, not of an engine
@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_do_what_the_page_says_and_a_refusal_changes_nothing(
    office: Office, role: str
) -> None:
    async with AsyncExitStack() as stack:
        floor = await open_floor(stack, office, role)
        found = {name: await floor.statuses(name) for name in operations()}

    assert floor.faults == []
    if os.environ.get("ALLO_WRITE_MATRIX"):
        write_page(role, found)
    assert found == expected(role)


def test_every_operation_and_role_stands_on_the_page() -> None:
    for role in ROLES:
        assert set(expected(role)) == set(operations())


@ON_SQLITE  # who may do what is asked of rows, not of an engine
@pytest.mark.parametrize("name", sorted(operations()))
async def test_without_a_session_nothing_is_told_and_nothing_changes(
    office: Office, name: str
) -> None:
    if is_public(name):
        return
    method, path, _ = operations()[name]
    address = filled(path.replace("_id}", "}"), unknown_things()).replace("{", str(uuid4()))
    before = await everything_in(office.database)
    async with office.program() as program:
        status, _ = await program.ask(method, address.replace("}", ""))

    assert (status, difference(before, await everything_in(office.database))) == (401, [])


def is_public(name: str) -> bool:
    """Whether the document promises an answer to everybody."""
    told: dict[str, Any] = next(
        told
        for item in document()["paths"].values()
        for told in item.values()
        if told["operationId"] == name
    )
    return told.get("security") == []


def write_page(role: str, found: dict[str, str]) -> None:
    """Write what was found onto the page, beside what it says of the other roles."""
    table = {one: expected(one) for one in ROLES} if PAGE.exists() else {}
    table[role] = found
    lines = [
        f"{name:32} | {one:10} | {table[one][name]}"
        for name in sorted(operations())
        for one in ROLES
        if name in table.get(one, {})
    ]
    head = (
        "What each role gets from each operation, on things of: "
        "its own, a colleague's, another team's, nobody's.\n"
        "One status where the operation is about no single thing.\n\n"
    )
    PAGE.write_text(head + "\n".join(lines) + "\n")
