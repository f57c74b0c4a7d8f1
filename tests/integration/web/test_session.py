"""T18 and T19 over HTTP: logging in, the session's cookie, and guessing."""

import pytest

from crm_core.access.login_limit import ACCOUNT
from tests.integration.web.office import PASSWORD, Office


async def test_a_session_tells_who_one_is_and_where_push_is(office: Office) -> None:
    user_id = await office.hire("anna", extension="101")
    async with office.browser() as browser:
        status, answer = await browser.log_in("Anna")
        again = await browser.get("/api/session")

    assert status == 200
    assert answer == again
    assert answer["push_url"] == office.push_url
    assert answer["server"] == {"version": "test", "is_demo": False}
    assert answer["user"] == {
        "id": str(user_id),
        "login": "anna",
        "name": "Anna",
        "role": "agent",
        "team": answer["user"]["team"],
        "extensions": [{"pbx": "main", "extension": "101"}],
        "language": "ru",
        "theme": "auto",
        "time_zone": "Europe/Moscow",
        "must_change_password": False,
        "has_own_language": False,
        "has_own_time_zone": False,
    }


async def test_the_cookie_can_be_read_by_no_script_and_is_sent_by_no_foreign_form(
    office: Office,
) -> None:
    await office.hire("anna")
    async with office.browser() as browser:
        body = {"login": "anna", "password": PASSWORD}
        async with browser.session.post("/api/session", json=body) as response:
            cookies = response.headers.getall("Set-Cookie")

    session = next(cookie for cookie in cookies if cookie.startswith("allo_session="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(session.split("; "))
    assert "Secure" not in session  # loopback without TLS
    assert all("HttpOnly" in cookie for cookie in cookies)


async def test_over_tls_the_cookie_is_secure(office: Office) -> None:
    await office.hire("anna")
    office.addresses.public_url = "https://crm.example.org"
    async with office.program() as program:
        body = {"login": "anna", "password": PASSWORD}
        headers = {"Host": "crm.example.org", "Origin": "https://crm.example.org"}
        async with program.session.post("/api/session", json=body, headers=headers) as response:
            answer = await response.json()
            cookies = response.headers.getall("Set-Cookie")

    assert all("Secure" in cookie for cookie in cookies)
    assert answer["push_url"] == "wss://crm.example.org/push"


async def test_the_id_of_the_session_changes_at_login(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        planted = browser.session_cookie
        await browser.log_in("anna")
        fresh = browser.session_cookie
    async with office.program() as thief:
        status, _ = await thief.ask(
            "GET", "/api/session", headers={"Cookie": f"allo_session={planted}"}
        )

    assert planted != fresh
    assert status == 401


async def test_after_logging_out_the_cookie_opens_nothing(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        kept = browser.session_cookie
        status, _ = await browser.ask("DELETE", "/api/session")
        assert browser.session_cookie is None
        headers = {"Cookie": f"allo_session={kept}"}
        after, problem = await browser.ask("GET", "/api/session", headers=headers)

    assert (status, after, problem["code"]) == (204, 401, "not_logged_in")


async def test_a_wrong_password_and_an_unknown_login_are_told_alike(office: Office) -> None:
    await office.hire("anna")
    async with office.browser() as browser:
        wrong = await browser.log_in("anna", "not the password")
        unknown = await browser.log_in("nobody", "not the password")

    assert wrong == unknown
    assert wrong[0] == 401
    assert wrong[1]["code"] == "wrong_credentials"


async def test_guessing_is_slowed_down_and_the_rightful_user_still_gets_in(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as hers, office.program() as guesser:
        looked_at = 0
        for number in range(ACCOUNT.burst * 3):
            status, problem = await guesser.log_in("anna", f"guess {number}")
            looked_at += status == 401
        last = status, problem["code"]
        status, _ = await hers.log_in("anna")

    assert looked_at <= ACCOUNT.burst
    assert last == (429, "too_many_attempts")
    assert status == 200


async def test_a_refusal_for_guessing_says_when_to_come_back(office: Office) -> None:
    await office.hire("anna")
    async with office.program() as guesser:
        while True:
            body = {"login": "anna", "password": "guess"}
            async with guesser.session.post("/api/session", json=body) as response:
                if response.status == 429:
                    break

    assert int(response.headers["Retry-After"]) > 0


async def test_an_address_is_believed_only_from_a_trusted_proxy(office: Office) -> None:
    await office.hire("anna")
    async with office.program() as guesser:
        for number in range(ACCOUNT.burst * 3):
            headers = {"X-Forwarded-For": f"192.0.2.{number}"}
            status, _ = await guesser.ask(
                "POST", "/api/session", {"login": "anna", "password": "guess"}, headers=headers
            )

    assert status == 429


@pytest.mark.parametrize("secret", ["x" * 10_000, "é\u202e", "' or 1=1 --"])
async def test_odd_cookies_and_tokens_are_only_wrong(office: Office, secret: str) -> None:
    async with office.program() as program:
        for headers in (
            {"Cookie": f"allo_session={secret[:4000]}"},
            {"Authorization": f"Bearer {secret[:4000]}"},
            {"Authorization": f"Basic {secret[:4000]}"},
        ):
            status, problem = await program.ask("GET", "/api/session", headers=headers)
            assert (status, problem["code"]) == (401, "not_logged_in")


async def test_a_token_works_without_cookie_origin_and_header(office: Office) -> None:
    token = await office.make_token(await office.hire("anna"))
    async with office.program(token) as program:
        session = await program.get("/api/session")
        status, user = await program.ask("PATCH", "/api/users/me", {"theme": "dark"})

    assert session["user"]["login"] == "anna"
    assert (status, user["theme"]) == (200, "dark")


async def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as here, office.browser("anna") as elsewhere:
        body = {"current": PASSWORD, "new": "quite another password"}
        status, _ = await here.ask("PUT", "/api/users/me/password", body)
        stays, _ = await here.ask("GET", "/api/session")
        ends, _ = await elsewhere.ask("GET", "/api/session")
        old, _ = await elsewhere.log_in("anna", PASSWORD)
        new, _ = await elsewhere.log_in("anna", "quite another password")

    assert (status, stays, ends, old, new) == (204, 200, 401, 401, 200)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"current": "wrong", "new": "quite another password"}, "current"),
        ({"current": PASSWORD, "new": "short"}, "new"),
    ],
)
async def test_a_refused_password_names_its_field_and_ends_nothing(
    office: Office, body: dict[str, str], field: str
) -> None:
    await office.hire("anna")
    async with office.browser("anna") as here, office.browser("anna") as elsewhere:
        status, problem = await here.ask("PUT", "/api/users/me/password", body)
        await elsewhere.get("/api/session")

    assert (status, problem["field"]) == (422, field)


async def test_colleagues_are_known_by_name_and_role_alone(office: Office) -> None:
    await office.hire("anna")
    await office.hire("boris", role="supervisor")
    async with office.browser("anna") as browser:
        answer = await browser.get("/api/users")

    assert [(user["name"], user["role"]) for user in answer["items"]] == [
        ("Anna", "agent"),
        ("Boris", "supervisor"),
    ]
    assert set(answer["items"][0]) == {"id", "name", "role"}


@pytest.mark.parametrize(
    "body", [{"role": "admin"}, {"theme": "neon"}, {"time_zone": "Mars"}, {"login": "root"}]
)
async def test_a_profile_takes_only_what_is_one_s_own_to_choose(
    office: Office, body: dict[str, str]
) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        before = await browser.get("/api/session")
        status, problem = await browser.ask("PATCH", "/api/users/me", body)

        assert (status, problem["field"]) == (422, next(iter(body)))
        assert await browser.get("/api/session") == before
