"""F13 and T25 at the door: a whole call centre at once, and strangers who only sit there."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.integration.web.office import Office
from tests.integration.web.push_tab import open_program
from web.push.hub import TABS_PER_USER


@pytest.mark.parametrize("count", [40, pytest.param(400, marks=pytest.mark.torture)])
async def test_everybody_comes_back_at_once_and_gets_a_snapshot(office: Office, count: int) -> None:
    tokens = [await office.make_token(await office.hire(f"agent{n}")) for n in range(count)]

    async def come_back(token: str) -> str:
        async with open_program(office, token, open_timeout=60) as tab:
            return str((await tab.frame())["type"])

    for _ in range(2):
        assert set(await asyncio.gather(*map(come_back, tokens))) == {"snapshot"}
    await office.until_tabs(0)


async def test_one_user_opens_no_more_tabs_than_anybody_needs(office: Office) -> None:
    token = await office.make_token(await office.hire("anna"))
    async with AsyncExitStack() as stack:
        for _ in range(TABS_PER_USER):
            tab = await stack.enter_async_context(open_program(office, token))
            await tab.frame()
        async with open_program(office, token) as one_more:
            code = await one_more.close_code()

    assert code == 1013


@pytest.mark.parametrize("count", [100, pytest.param(1_000, marks=pytest.mark.torture)])
async def test_strangers_who_never_finish_asking_hold_nobody_up(office: Office, count: int) -> None:
    token = await office.make_token(await office.hire("anna"))
    ports = (office.addresses.web_port, office.addresses.push_port)
    async with AsyncExitStack() as stack:
        for number in range(count):
            _, writer = await asyncio.open_connection("127.0.0.1", ports[number % 2])
            stack.callback(writer.close)
            writer.write(b"POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Le")
        async with office.program(token) as program, open_program(office, token) as tab:
            await program.get("/api/session")
            assert (await tab.frame())["type"] == "snapshot"
