"""The sample for nginx, as it is, before a running Allo: TLS outside, both ports behind."""

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from tests.allo_process import ANNA, AlloProcess, Person
from tests.integration.config.nginx import NAME, Nginx, choose_ports, serving
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.nginx

ADMIN = Person("admin", "Ада Мин", role="admin")
FORGED = {"X-Forwarded-For": "203.0.113.9"}


@pytest.fixture(scope="module")
def allo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AlloProcess]:
    """An Allo set up as the sample's first lines say."""
    allo = AlloProcess(tmp_path_factory.mktemp("allo"))
    allo.must_run("migrate")
    allo.add(ANNA)
    allo.add(ADMIN)
    yield allo
    allo.kill()


@pytest.fixture(scope="module")
def nginx(allo: AlloProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    ports = choose_ports()
    allo.settings["ALLO_WEB__PUBLIC_URL"] = f"https://{NAME}:{ports[0]}"
    allo.settings["ALLO_WEB__TRUSTED_PROXIES"] = json.dumps(["127.0.0.1"])
    allo.start()
    with serving(tmp_path_factory.mktemp("nginx"), ports, allo.port, allo.push_port) as nginx:
        yield nginx


class _ToUs(AbstractResolver):
    """Every name is on this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        """Nothing is held."""


@asynccontextmanager
async def browser(nginx: Nginx, *, at: str = "127.0.0.2") -> AsyncIterator[aiohttp.ClientSession]:
    """A browser on another machine, which has our page open."""
    connector = aiohttp.TCPConnector(
        resolver=_ToUs(), ssl=nginx.trusting(), local_addr=(at, 0), family=socket.AF_INET
    )
    headers = {"Origin": nginx.origin, "X-Requested-With": "allo"}
    async with aiohttp.ClientSession(nginx.origin, connector=connector, headers=headers) as session:
        yield session


async def log_in(
    session: aiohttp.ClientSession, person: Person, **more: Any
) -> aiohttp.ClientResponse:
    body = {"login": person.login, "password": person.password}
    return await session.post("/api/session", json=body, **more)


def opened(nginx: Nginx, url: str, cookie: str, *, origin: str) -> connect:
    """A tab of a page at `origin`, on another machine."""
    return connect(
        url,
        ssl=nginx.trusting(),
        origin=Origin(origin),
        additional_headers={"Cookie": f"allo_session={cookie}"},
        host="127.0.0.1",
        port=nginx.port,
        proxy=None,
    )


async def first_frame(connection: ClientConnection) -> str:
    return str(json.loads(await connection.recv())["type"])


async def last_login_from(allo: AlloProcess, login: str) -> str:
    """The address that the audit holds for somebody's last login."""
    token = allo.token(ADMIN)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        query = {"action": "session.opened", "limit": "50"}
        async with session.get(f"{allo.url}/api/audit", params=query) as answer:
            entries = (await answer.json())["items"]
    return next(str(it["address"]) for it in entries if it["by"]["name"] == login)


async def test_one_logs_in_over_tls_and_the_cookie_stays_within_it(nginx: Nginx) -> None:
    async with browser(nginx) as session:
        answer = await log_in(session, ANNA)
        cookie = answer.cookies["allo_session"]
        known = await session.get("/api/session")
        told = await known.json()

    assert answer.status == 200
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert (known.status, told["push_url"]) == (200, f"wss://{NAME}:{nginx.port}/push")


async def test_the_page_comes_through_and_may_reach_push(nginx: Nginx) -> None:
    async with browser(nginx) as session:
        page = await session.get("/clients")

    assert page.status == 200
    assert f"wss://{NAME}:{nginx.port}" in page.headers["Content-Security-Policy"]


async def test_who_forgets_the_s_is_led_to_tls(nginx: Nginx) -> None:
    async with aiohttp.ClientSession() as session:
        plain = f"http://127.0.0.1:{nginx.plain_port}/clients?q=x"
        answer = await session.get(plain, headers={"Host": NAME}, allow_redirects=False)

    assert answer.status == 301
    assert answer.headers["Location"] == f"{nginx.origin}/clients?q=x"


async def test_rest_reads_and_changes(nginx: Nginx) -> None:
    client = {"kind": "person", "name": "Иван", "phones": [{"number": "+79161234567"}]}
    async with browser(nginx) as session:
        await log_in(session, ANNA)
        made = await session.post("/api/clients", json=client)
        found = await session.get("/api/clients", params={"phone": "+79161234567"})

        assert made.status == 201
        assert [it["name"] for it in (await found.json())["items"]] == ["Иван"]


async def test_no_phone_number_is_left_in_the_proxys_log(nginx: Nginx) -> None:
    async with browser(nginx) as session:
        await log_in(session, ANNA)
        await session.get("/api/clients", params={"phone": "+79167654321", "q": "7654321"})

    async with asyncio.timeout(PATIENCE_SECONDS):  # nginx writes down an answer after it was given
        while True:
            if "GET /api/clients" in (log := nginx.log.read_text()):
                break
            await asyncio.sleep(0.05)
    assert "7654321" not in log


async def test_a_large_file_of_clients_comes_through(nginx: Nginx) -> None:
    line = "Пётр Большой,+7916%07d\n"
    table = "name,phone\n" + "".join(line % number for number in range(60_000))
    assert len(table.encode()) > 2 << 20
    async with browser(nginx) as session:
        await log_in(session, ADMIN)
        answer = await session.post(
            "/api/imports", data=io.BytesIO(table.encode()), headers={"Content-Type": "text/csv"}
        )

        assert answer.status < 300, await answer.text()


async def test_push_is_upgraded_and_tells_the_snapshot(nginx: Nginx) -> None:
    async with browser(nginx) as session:
        told = await (await log_in(session, ANNA)).json()
        (cookie,) = [it.value for it in session.cookie_jar if it.key == "allo_session"]
        async with opened(nginx, told["push_url"], cookie, origin=nginx.origin) as tab:
            assert await first_frame(tab) == "snapshot"


@pytest.mark.parametrize("origin", ["https://evil.example", f"https://{NAME}", "null"])
async def test_a_foreign_page_gets_neither_push_nor_a_change(nginx: Nginx, origin: str) -> None:
    async with browser(nginx) as session:
        told = await (await log_in(session, ANNA)).json()
        (cookie,) = [it.value for it in session.cookie_jar if it.key == "allo_session"]
        with pytest.raises(InvalidStatus) as refused:
            async with opened(nginx, told["push_url"], cookie, origin=origin):
                pass
        change = await session.post("/api/notes", json={}, headers={"Origin": origin})

    assert (refused.value.response.status_code, change.status) == (403, 403)


async def test_the_browsers_address_is_the_one_that_nginx_saw(
    nginx: Nginx, allo: AlloProcess
) -> None:
    async with browser(nginx, at="127.0.0.3") as session:
        await log_in(session, ANNA, headers=FORGED)

    assert await last_login_from(allo, ANNA.name) == "127.0.0.3"


async def test_only_the_named_proxy_is_believed(nginx: Nginx, allo: AlloProcess) -> None:
    """Past nginx: from an address that is no proxy's, and from the proxy's own."""
    seen = []
    for at in ("127.0.0.4", "127.0.0.1"):
        connector = aiohttp.TCPConnector(local_addr=(at, 0), family=socket.AF_INET)
        async with aiohttp.ClientSession(allo.url, connector=connector) as session:
            answer = await log_in(session, ANNA, headers=FORGED)
            assert answer.status == 200
        seen.append(await last_login_from(allo, ANNA.name))

    assert seen == ["127.0.0.4", "203.0.113.9"]
