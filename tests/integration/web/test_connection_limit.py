"""T25: one address holds so many connections and no more, and nobody else is held up by it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidStatus

from crm_core.kernel.bus import EventBus
from crm_core.kernel.database import Database
from tests.integration.web.office import Office, open_office
from tests.integration.web.push_tab import Tab, open_program

MOST = 3
NEIGHBOUR, ELSEWHERE = "127.0.0.7", "127.0.0.8"


@pytest.fixture
async def narrow(database: Database, bus: EventBus) -> AsyncIterator[Office]:
    """Three connections an address, and a proxy on 127.0.0.1."""
    async with open_office(database, bus, most=MOST, trusted_proxies=("127.0.0.1",)) as office:
        yield office


Socket = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def silent(stack: AsyncExitStack, port: int, at: str) -> Socket:
    """Somebody who connects and says nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(at, 0))
    stack.callback(writer.close)
    return reader, writer


async def refused(office: Office, port: str) -> float:
    async with office.program() as program:
        _, figures = await program.ask("GET", "/metrics")
    families = text_string_to_metric_families(figures["text"])
    samples = [it for family in families for it in family.samples]
    name = "allo_connections_refused_total"
    return next(it.value for it in samples if it.name == name and it.labels == {"port": port})


@pytest.mark.parametrize("port", ["web", "push"])
async def test_one_too_many_is_refused_and_counted_and_another_address_is_let_in(
    narrow: Office, port: str
) -> None:
    number = narrow.addresses.web_port if port == "web" else narrow.addresses.push_port
    async with AsyncExitStack() as stack:
        held = [await silent(stack, number, NEIGHBOUR) for _ in range(MOST)]
        reader, _ = await silent(stack, number, NEIGHBOUR)
        said = await reader.read()
        elsewhere, writer = await silent(stack, number, ELSEWHERE)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = await elsewhere.readline()

        assert said.startswith(b"HTTP/1.1 429 ")
        assert answer.split()[1] in (b"200", b"404", b"426")
        assert not any(reader.at_eof() for reader, _ in held)
    assert await refused(narrow, port) == 1


async def test_whoever_leaves_makes_room(narrow: Office) -> None:
    async with aiohttp.ClientSession(
        narrow.origin, connector=aiohttp.TCPConnector(local_addr=(NEIGHBOUR, 0), force_close=True)
    ) as session:
        for _ in range(MOST * 3):
            async with session.get("/healthz") as answer:
                assert answer.status == 200


async def test_a_proxys_browsers_are_counted_one_by_one(narrow: Office) -> None:
    token = await narrow.make_token(await narrow.hire("anna"))
    mine = {"Authorization": f"Bearer {token}", "X-Forwarded-For": "203.0.113.9"}
    other = {"Authorization": f"Bearer {token}", "X-Forwarded-For": "203.0.113.10"}
    async with AsyncExitStack() as stack:
        for _ in range(MOST):
            tab = await stack.enter_async_context(
                connect(narrow.push_url, additional_headers=mine, host="127.0.0.1")
            )
            await Tab(tab).frame()
        with pytest.raises(InvalidStatus) as too_many:
            await connect(narrow.push_url, additional_headers=mine, host="127.0.0.1")
        async with connect(narrow.push_url, additional_headers=other, host="127.0.0.1") as tab:
            frame = await Tab(tab).frame()

    assert (too_many.value.response.status_code, frame["type"]) == (429, "snapshot")
    assert await refused(narrow, "push") == 1


async def test_a_forged_name_of_an_address_makes_no_room(narrow: Office) -> None:
    """A neighbour who is no proxy is counted as himself, whatever he says of others."""
    token = await narrow.make_token(await narrow.hire("anna"))
    async with AsyncExitStack() as stack:
        for _ in range(MOST):
            await silent(stack, narrow.addresses.push_port, NEIGHBOUR)
        headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": "203.0.113.77"}
        with pytest.raises(InvalidHandshake):
            await connect(
                narrow.push_url,
                additional_headers=headers,
                host="127.0.0.1",
                local_addr=(NEIGHBOUR, 0),
            )


async def test_requests_through_a_proxy_are_counted_while_they_last(narrow: Office) -> None:
    """A body that never ends keeps a request open; as many as one may have, and one more."""
    token = await narrow.make_token(await narrow.hire("anna"))
    head = (
        "POST /api/clients HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: 99\r\n"
        "X-Forwarded-For: 203.0.113.9\r\n\r\n"
    ).encode()
    async with AsyncExitStack() as stack:
        for _ in range(MOST):
            _, writer = await silent(stack, narrow.addresses.web_port, "127.0.0.1")
            writer.write(head)
        async with narrow.program(token) as program:
            mine = {"X-Forwarded-For": "203.0.113.9"}
            status, answer = await program.ask("GET", "/api/session", headers=mine)
            while status == 200:  # their heads are still on their way
                status, answer = await program.ask("GET", "/api/session", headers=mine)
            elsewhere, _ = await program.ask(
                "GET", "/api/session", headers={"X-Forwarded-For": "203.0.113.10"}
            )

    assert (status, answer["code"], elsewhere) == (429, "too_many_connections", 200)


async def test_an_open_tab_does_not_end_when_another_is_refused(narrow: Office) -> None:
    token = await narrow.make_token(await narrow.hire("anna"))
    more = {"host": "127.0.0.1", "local_addr": (NEIGHBOUR, 0)}
    async with AsyncExitStack() as stack:
        tab = await stack.enter_async_context(open_program(narrow, token, **more))
        await tab.frame()
        for _ in range(MOST - 1):
            await silent(stack, narrow.addresses.push_port, NEIGHBOUR)
        reader, _ = await silent(stack, narrow.addresses.push_port, NEIGHBOUR)
        await reader.read()
        await tab.say({"type": "resync"})

        assert (await tab.frame())["type"] == "snapshot"
