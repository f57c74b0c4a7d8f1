"""T13: what stands in a query or in an address is a value and never a part of a statement."""

from typing import Any

import pytest
from yarl import URL

from tests.integration.web.office import Office
from tests.integration.web.rights.snapshot import difference, everything_in
from tests.integration.web.rights.things import unknown_things
from web.openapi import document

ATTACKS = (
    "'",
    '"',
    "' OR '1'='1",
    "' OR 1=1 --",
    "') OR ('1'='1",
    "1; DROP TABLE client; --",
    "'; UPDATE user_account SET role='admin'; --",
    "' UNION SELECT login, password_hash FROM user_account --",
    "1 AND (SELECT count(*) FROM client) > 0",
    "name; SELECT pg_sleep(30)",
    "' || (SELECT randomblob(1000000000)) || '",
    "%' ESCAPE '\\",
    "%%%%%%%%%%%%%%%%",
    "\\",
    "/*",
    "*/ --",
    "${jndi:ldap://127.0.0.1/a}",
    "{{7*7}}",
    "client.name",
    "name ASC, (SELECT password_hash FROM user_account)",
    "CASE WHEN 1=1 THEN name ELSE id END",
    "0x27",
    "ʼ",
    "’ OR 1=1",
    "NULL",
    "-1",
    "1e309",
    "9" * 300,
)

NEEDLE = "Игла"


def readings() -> list[tuple[str, str, list[str]]]:
    """Every operation that only reads: its name, address and the names of its parameters."""
    found = []
    for path, item in document()["paths"].items():
        told = item.get("get")
        if told and path.startswith("/api/"):
            names = [one["name"] for one in told.get("parameters", ()) if one["in"] == "query"]
            found.append((told["operationId"], path, names))
    return found


READINGS = {name: (path, parameters) for name, path, parameters in readings()}
WITH_QUERY = sorted(name for name, (_, parameters) in READINGS.items() if parameters)
WITH_PART = sorted(name for name, (path, _) in READINGS.items() if "{" in path)


@pytest.mark.parametrize("name", WITH_QUERY)
async def test_no_parameter_of_a_query_reaches_a_statement_as_sql(
    office: Office, name: str
) -> None:
    path, parameters = READINGS[name]
    path = _with_ids(path)
    await office.hire("anna", extension="101")
    async with office.browser("anna") as browser:
        await browser.ask("POST", "/api/clients", {"name": NEEDLE, "phones": [{"number": "101"}]})
        before = await everything_in(office.database)
        for parameter in parameters:
            for attack in ATTACKS:
                status, answer = await browser.ask("GET", path, params={parameter: attack})
                assert status < 500, (parameter, attack)
                assert status >= 400 or _is_harmless(answer, parameter), (parameter, attack, answer)
        assert difference(before, await everything_in(office.database)) == []


@pytest.mark.parametrize("name", WITH_PART)
async def test_no_part_of_an_address_reaches_a_statement_as_sql(office: Office, name: str) -> None:
    path, _ = READINGS[name]
    start, _, rest = path.partition("{")
    end = rest.partition("}")[2]
    await office.hire("anna", extension="101")
    async with office.browser("anna") as browser:
        before = await everything_in(office.database)
        for attack in ATTACKS:
            quoted = "".join(f"%{byte:02x}" for byte in attack.encode())
            status, _ = await browser.ask("GET", _encoded(f"{start}{quoted}{end}"))
            assert status in (400, 404, 422), attack
        assert difference(before, await everything_in(office.database)) == []


def _is_harmless(answer: Any, parameter: str) -> bool:
    """A condition that means nothing may be passed over by no list: it finds nothing at all.

    A search finds what holds the text, and no client's name holds an attack.
    """
    return parameter not in {"q", "phone", "number"} or NEEDLE not in str(answer)


def _with_ids(path: str) -> str:
    """An address of nothing where it needs an id."""
    for kind, thing in unknown_things().items():
        path = path.replace(f"{{{kind}_id}}", thing)
    return path


def _encoded(path: str) -> Any:
    """The address as it is written: the client library must not mend it."""
    return URL(path, encoded=True)
