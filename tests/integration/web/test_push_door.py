"""T10 and T18 at the push door: who may open a WebSocket, and when it is closed for them."""

import asyncio
from typing import Any

import pytest
from sqlmodel import col, update
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from crm_core.access.tables import Session
from crm_core.access.tokens import list_tokens, revoke_token
from crm_core.access.users import change_role, deactivate
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from tests.integration.web.office import PASSWORD, Office
from tests.integration.web.push_tab import open_program, open_tab
from tests.patience import PATIENCE_SECONDS


async def refusal(office: Office, **handshake: Any) -> int:
    """The status with which a handshake is refused."""
    url = handshake.pop("url", office.push_url)
    with pytest.raises(InvalidStatus) as refused:
        async with connect(url, **handshake):
            pass
    return refused.value.response.status_code


async def test_our_own_page_gets_a_snapshot_first(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser, open_tab(office, browser) as tab:
        first = await tab.frame()

    assert (first["type"], first["seq"], first["calls"]) == ("snapshot", 1, [])


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://localhost:{port}", "http://localhost", None]
)
async def test_a_foreign_page_cannot_connect_with_our_cookie(
    office: Office, origin: str | None
) -> None:
    await office.hire("anna")
    shown = origin.format(port=office.addresses.web_port) if origin else None
    async with office.browser("anna") as browser:
        cookie = {"Cookie": f"allo_session={browser.session_cookie}"}
        status = await refusal(office, origin=shown, additional_headers=cookie)

    assert status == 403


async def test_whoever_must_change_the_password_sees_no_calls(office: Office) -> None:
    await office.hire("chief", role="admin")
    async with office.browser("chief") as chief:
        body = {"login": "anna", "name": "Анна", "role": "agent"}
        _, issued = await chief.ask("POST", "/api/users", body)
    async with office.browser() as browser:
        await browser.log_in("anna", issued["password"])
        cookie = {"Cookie": f"allo_session={browser.session_cookie}"}
        assert await refusal(office, origin=office.origin, additional_headers=cookie) == 403

        change = {"current": issued["password"], "new": PASSWORD}
        assert (await browser.ask("PUT", "/api/users/me/password", change))[0] == 204
        async with open_tab(office, browser) as tab:
            assert (await tab.frame())["type"] == "snapshot"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.", ""])
async def test_a_foreign_host_is_refused(office: Office, host: str) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        headers = {"Cookie": f"allo_session={browser.session_cookie}"}
        reader, writer = await asyncio.open_connection("127.0.0.1", office.addresses.push_port)
        head = [f"GET /push HTTP/1.1\r\nHost: {host}\r\nOrigin: {office.origin}\r\n"]
        head += [f"{name}: {value}\r\n" for name, value in headers.items()]
        head.append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n")
        head.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        writer.write("".join(head).encode())
        answer = await reader.readline()
        writer.close()
        await writer.wait_closed()

    assert answer.split()[1] in {b"400", b"403"}


@pytest.mark.parametrize("cookie", [None, "", "allo_session=", "allo_session=guess", '=;;="; a'])
async def test_without_a_session_nobody_gets_in(office: Office, cookie: str | None) -> None:
    headers = {"Cookie": cookie} if cookie is not None else {}

    assert await refusal(office, origin=office.origin, additional_headers=headers) == 401


async def test_only_push_is_served_there(office: Office) -> None:
    url = office.push_url.replace("/push", "/other")

    assert await refusal(office, url=url, origin=office.origin) == 404


async def test_an_expired_session_is_refused_and_its_tabs_are_closed(
    office: Office, database: Database
) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        async with open_tab(office, browser) as tab:
            await tab.frame()
            async with database.write() as unit:  # as time would
                await unit.session.exec(
                    update(Session)
                    .where(col(Session.user_id).is_not(None))
                    .values(expires_at=utc_now())
                )
            code = await asyncio.wait_for(tab.close_code(), PATIENCE_SECONDS)
        cookie = {"Cookie": f"allo_session={browser.session_cookie}"}
        status = await refusal(office, origin=office.origin, additional_headers=cookie)

    assert (code, status) == (4401, 401)


async def test_logging_out_closes_every_tab_of_that_browser_alone(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as here, office.browser("anna") as elsewhere:
        async with (
            open_tab(office, here) as one,
            open_tab(office, here) as two,
            open_tab(office, elsewhere) as other,
        ):
            cookie = {"Cookie": f"allo_session={here.session_cookie}"}
            assert (await here.ask("DELETE", "/api/session"))[0] == 204
            codes = await asyncio.wait_for(
                asyncio.gather(one.close_code(), two.close_code()), PATIENCE_SECONDS
            )
            await other.frame()
            await other.say({"type": "resync"})
            again = await other.frame()
        status = await refusal(office, origin=office.origin, additional_headers=cookie)

    assert list(codes) == [4401, 4401]
    assert again["type"] == "snapshot"
    assert status == 401


@pytest.mark.parametrize("change", ["role", "leaving"])
async def test_a_new_role_or_leaving_closes_the_tabs(
    office: Office, database: Database, change: str
) -> None:
    user_id = await office.hire("anna")
    async with office.browser("anna") as browser, open_tab(office, browser) as tab:
        await tab.frame()
        async with database.write() as unit:
            if change == "role":
                await change_role(unit, user_id, "manager", by=None)
            else:
                await deactivate(unit, user_id, by=None)

        assert await asyncio.wait_for(tab.close_code(), PATIENCE_SECONDS) == 4401


async def test_a_session_that_another_process_ends_is_noticed(
    office: Office, database_url: str
) -> None:
    user_id = await office.hire("anna")
    other_process = Database.connect(database_url)  # it has a bus of its own: none
    async with office.browser("anna") as browser, open_tab(office, browser) as tab:
        await tab.frame()
        async with other_process.write() as unit:
            await change_role(unit, user_id, "manager", by=None)

        assert await asyncio.wait_for(tab.close_code(), PATIENCE_SECONDS) == 4401
    await other_process.close()


async def test_a_program_with_a_token_needs_no_page_until_the_token_is_revoked(
    office: Office, database: Database
) -> None:
    user_id = await office.hire("anna")
    token = await office.make_token(user_id)
    async with open_program(office, token) as tab:
        first = await tab.frame()
        async with database.write() as unit:
            (kept,) = await list_tokens(unit.session, user_id)
            await revoke_token(unit, kept.id, by=None)
        code = await asyncio.wait_for(tab.close_code(), PATIENCE_SECONDS)
    bearer = {"Authorization": f"Bearer {token}"}
    status = await refusal(office, additional_headers=bearer)

    assert (first["type"], code, status) == ("snapshot", 4401, 401)


async def test_a_token_does_not_help_a_foreign_page(office: Office) -> None:
    token = await office.make_token(await office.hire("anna"))
    bearer = {"Authorization": f"Bearer {token}"}

    assert await refusal(office, origin="http://evil.example", additional_headers=bearer) == 403
