"""The first run over HTTP: one code, one administrator, and then the door is gone."""

import asyncio

import pytest

from crm_core.access.login_limit import KNOWN_DEVICE
from tests.integration.web.office import PASSWORD, Browser, Json, Office
from tests.integration.web.rights.snapshot import difference, everything_in

CHIEF: Json = {
    "login": "Olga",
    "name": "Ольга Ильина",
    "password": PASSWORD,
    "office_name": "Север",
    "language": "en",
    "time_zone": "Asia/Omsk",
    "phone_region": "KZ",
    "currency": "KZT",
}


DEFAULTS = ("language", "time_zone", "phone_region", "currency")


async def begin(office: Office) -> str:
    code = await office.first_run.begin()
    assert code
    return code


async def knock(browser: Browser, code: str, **changes: object) -> tuple[int, Json]:
    return await browser.ask(
        "POST",
        "/api/setup/administrator",
        CHIEF | changes,
        headers={"X-Setup-Code": code},
    )


async def look(browser: Browser, code: str) -> tuple[int, Json]:
    return await browser.ask("GET", "/api/setup", headers={"X-Setup-Code": code})


async def test_the_code_makes_the_first_administrator_and_logs_him_in(office: Office) -> None:
    code = await begin(office)
    async with office.browser() as browser:
        status, left = await look(browser, code)
        assert (status, left["steps"]["administrator"]) == (200, False)

        status, welcome = await knock(browser, code)
        assert (status, welcome["user"]["role"]) == (200, "admin")
        assert (await browser.get("/api/session"))["user"]["login"] == "olga"
        of_user = {key: welcome["user"][key] for key in ("language", "time_zone")}
        assert of_user == {"language": "en", "time_zone": "Asia/Omsk"}

        held = await browser.get("/api/office")
        asked = {"name": "Север"} | {key: CHIEF[key] for key in DEFAULTS}
        assert {key: held[key] for key in asked} == asked
        told = [deed["action"] for deed in (await browser.get("/api/audit"))["items"]]
        assert {"user.created", "office.changed", "session.opened"} <= set(told)


async def test_two_at_once_make_one_administrator(office: Office) -> None:
    code = await begin(office)
    async with office.browser() as one, office.browser() as other:
        answers = await asyncio.gather(
            knock(one, code), knock(other, code, login="boris", name="Борис")
        )

    assert sorted(status for status, _ in answers) == [200, 404]
    assert [answer["code"] for status, answer in answers if status == 404] == ["setup_closed"]
    held = await everything_in(office.database)
    assert len(held["user_account"]) == 1


@pytest.mark.parametrize("code", ["", "allo-guess", "x" * 5_000])
async def test_without_the_code_nothing_is_told_and_nothing_changes(
    office: Office, code: str
) -> None:
    await begin(office)
    before = await everything_in(office.database)
    async with office.browser() as browser:
        for status, answer in (await look(browser, code), await knock(browser, code)):
            assert (status, answer["code"]) == (403, "setup_code_wrong")

    assert difference(before, await everything_in(office.database)) == []


async def test_afterwards_the_code_opens_nothing(office: Office) -> None:
    code = await begin(office)
    async with office.browser() as browser:
        await knock(browser, code)
    before = await everything_in(office.database)
    async with office.browser() as browser:
        for status, answer in (
            await look(browser, code),
            await knock(browser, code, login="second"),
        ):
            assert (status, answer["code"]) == (404, "setup_closed")

    assert difference(before, await everything_in(office.database)) == []
    assert await office.first_run.begin() is None


async def test_an_administrator_from_the_command_line_closes_the_door(office: Office) -> None:
    code = await begin(office)
    await office.hire("chief", role="admin")
    async with office.browser() as browser:
        status, answer = await knock(browser, code)

    assert (status, answer["code"]) == (404, "setup_closed")


async def test_a_server_with_people_gives_no_code(office: Office) -> None:
    await office.hire("anna")

    assert await office.first_run.begin() is None
    async with office.browser() as browser:
        assert (await look(browser, ""))[1]["code"] == "setup_closed"


async def test_guessing_is_not_even_looked_at_for_long(office: Office) -> None:
    await begin(office)
    async with office.browser() as browser:
        statuses = [(await look(browser, "guess"))[0] for _ in range(KNOWN_DEVICE.burst + 1)]

    assert statuses == [403] * KNOWN_DEVICE.burst + [429]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"login": "a b"}, "login"),
        ({"password": "1234"}, "password"),
        ({"time_zone": "Moon/Crater"}, "time_zone"),
        ({"phone_region": "ZZ"}, "phone_region"),
        ({"currency": "XXX"}, "currency"),
    ],
)
async def test_a_bad_answer_is_named_and_makes_nobody(
    office: Office, change: Json, field: str
) -> None:
    code = await begin(office)
    before = await everything_in(office.database)
    async with office.browser() as browser:
        status, answer = await knock(browser, code, **change)
        assert (status, answer["field"]) == (422, field)
        assert difference(before, await everything_in(office.database)) == []

        assert (await knock(browser, code))[0] == 200  # the code was not used up


async def test_a_foreign_page_makes_nobody(office: Office) -> None:
    code = await begin(office)
    async with office.browser() as browser:
        status, answer = await browser.ask(
            "POST",
            "/api/setup/administrator",
            CHIEF,
            headers={"X-Setup-Code": code, "Origin": "http://evil.example"},
        )

    assert (status, answer["code"]) == (403, "foreign_origin")


async def test_the_steps_are_told_until_the_administrator_is_done(office: Office) -> None:
    code = await begin(office)
    async with office.browser() as browser:
        await knock(browser, code)
        left = await browser.get("/api/setup/steps")
        assert left["steps"] == {
            "administrator": True,
            "pbx": False,
            "people": False,
            "clients": False,
        }
        assert not left["is_finished"]

        await office.hire("anna", extension="101")
        await browser.ask("POST", "/api/clients", {"name": "Мария"})
        steps = (await browser.get("/api/setup/steps"))["steps"]
        assert (steps["people"], steps["clients"]) == (True, True)

        status, ended = await browser.ask("PUT", "/api/setup/steps", {"is_finished": True})
        assert (status, ended["is_finished"]) == (200, True)
