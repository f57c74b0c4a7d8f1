"""T20 and T27: changes asked for by foreign pages, foreign hosts, and what browsers are told."""

import asyncio
import json
from typing import Any

import pytest

from tests.integration.web.office import PASSWORD, Office

CHANGE = ("PATCH", "/api/users/me")
BODY = {"theme": "dark"}


async def theme_after(office: Office, **request: Any) -> tuple[int, str]:
    """Ask for a change with a good cookie; tell the answer, and what the theme is afterwards."""
    await office.hire("anna")
    async with office.browser("anna") as browser:
        cookie = {"Cookie": f"allo_session={browser.session_cookie}"}
        async with office.program() as bare:
            headers = cookie | request.pop("headers", {})
            async with bare.session.request(*CHANGE, headers=headers, **request) as response:
                status = response.status
        session = await browser.get("/api/session")
    return status, session["user"]["theme"]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", None])
async def test_a_foreign_page_changes_nothing(office: Office, origin: str | None) -> None:
    headers = {"X-Requested-With": "allo"} | ({"Origin": origin} if origin is not None else {})

    assert await theme_after(office, headers=headers, json=BODY) == (403, "auto")


async def test_a_change_with_the_cookie_needs_our_header(office: Office) -> None:
    headers = {"Origin": office.origin}

    assert await theme_after(office, headers=headers, json=BODY) == (403, "auto")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_a_change_that_is_not_json_is_refused(office: Office, kind: str) -> None:
    headers = {"Origin": office.origin, "X-Requested-With": "allo", "Content-Type": kind}

    status, theme = await theme_after(office, headers=headers, data=json.dumps(BODY))

    assert (status, theme) == (415, "auto")


async def test_our_own_page_may_change(office: Office) -> None:
    headers = {"Origin": office.origin, "X-Requested-With": "allo"}

    assert await theme_after(office, headers=headers, json=BODY) == (200, "dark")


async def test_a_foreign_page_cannot_log_a_browser_in(office: Office) -> None:
    await office.hire("anna")
    async with office.program() as program:
        status, problem = await program.ask(
            "POST",
            "/api/session",
            {"login": "anna", "password": PASSWORD},
            headers={"Origin": "http://evil.example"},
        )

    assert (status, problem["code"]) == (403, "foreign_origin")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io"])
async def test_a_foreign_host_is_refused_everywhere(office: Office, host: str) -> None:
    async with office.program() as program:
        for path in ("/", "/api/session", "/healthz", "/metrics"):
            status, problem = await program.ask("GET", path, headers={"Host": host})
            assert (status, problem["code"]) == (403, "foreign_host")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9", "[::1]:80"])
async def test_this_machine_s_own_names_are_answered(office: Office, host: str) -> None:
    async with office.program() as program:
        assert (await program.ask("GET", "/healthz", headers={"Host": host}))[0] == 200


@pytest.mark.parametrize(
    "request_text",
    [
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        "GET /healthz HTTP/1.1\r\n\r\n",
        "POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /api/session HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_two_readings_of_one_request_are_refused(office: Office, request_text: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", office.addresses.web_port)
    writer.write(request_text.encode())
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()

    assert answer.split()[1] in {b"400", b"403"}


@pytest.mark.parametrize("path", ["/", "/api/session", "/api/nothing", "/healthz"])
async def test_every_answer_tells_the_browser_what_it_must_not_do(
    office: Office, path: str
) -> None:
    async with office.program() as program, program.session.get(path) as response:
        headers = response.headers

    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == f"'self' ws://localhost:{office.addresses.push_port}"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Server" not in headers
    assert not path.startswith("/api") or headers["Cache-Control"] == "no-store"
