"""What the logs hold: no secret at any level, and strangers cannot fill them."""

import asyncio
import logging

import pytest

from tests.integration.web.office import PASSWORD, Office
from tests.integration.web.push_tab import open_program, open_tab

RUBBISH = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 1_000 + b"\r\n",
    b"",
]


async def test_no_password_cookie_or_token_is_written_down(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = await office.make_token(await office.hire("anna", extension="101"))
    async with office.browser("anna") as browser, office.program(token) as program:
        await browser.log_in("anna", "a wrong password")
        await program.get("/api/clients", phone="+79161234567")
        async with open_tab(office, browser) as tab, open_program(office, token) as other:
            await tab.frame()
            await other.frame()
        cookies = [cookie.value for cookie in browser.session.cookie_jar]

    secrets = [PASSWORD, "a wrong password", token, *cookies]
    assert [secret for secret in secrets if secret in written(caplog, logging.DEBUG)] == []
    assert "9161234567" not in written(caplog, logging.INFO)


def written(caplog: pytest.LogCaptureFixture, level: int) -> str:
    """Everything that the server, not the test's own browser, wrote from this level up."""
    return "\n".join(
        f"{record.getMessage()} {record.exc_text}"
        for record in caplog.records
        if record.levelno >= level and not record.name.endswith(".client")
    )


async def test_rubbish_is_told_once_and_harms_nobody(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(5):
        for port in (office.addresses.web_port, office.addresses.push_port):
            for rubbish in RUBBISH:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(rubbish)
                writer.write_eof()
                await reader.read()
                writer.close()
    await office.hire("anna")
    async with office.browser("anna") as browser, open_tab(office, browser) as tab:
        assert (await tab.frame())["type"] == "snapshot"

    told = [record for record in caplog.records if record.name.startswith("web.")]
    assert len(told) <= 2
    assert all(record.exc_info is None for record in told)
