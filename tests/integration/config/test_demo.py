"""`allo demo` as a process: a card within seconds of the log-in, and nothing left behind."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.integration.config.conftest import CommandLine, Running, Start
from tests.patience import PATIENCE_SECONDS

Told = dict[str, Any]


class Agent:
    """A colleague of the demo in front of a browser."""

    def __init__(self, session: aiohttp.ClientSession, told: Told, person: Told) -> None:
        self.session, self.url, self.person = session, told["url"], person
        self.headers = {"X-Requested-With": "allo", "Origin": told["url"]}
        self.push: aiohttp.ClientWebSocketResponse | None = None

    async def log_in(self) -> None:
        wish = {"login": self.person["login"], "password": self.person["password"]}
        async with self.session.post(
            f"{self.url}/api/session", json=wish, headers=self.headers
        ) as answer:
            assert answer.status == 200, await answer.text()
            self.push = await self.session.ws_connect(
                (await answer.json())["push_url"], origin=self.url, compress=0
            )

    async def frame(self, kind: str) -> Told:
        """The next frame of this type."""
        assert self.push
        while True:
            told: Told = await self.push.receive_json()
            if told["type"] == kind:
                return told

    async def ask_for_a_call(self, **wish: str) -> int:
        async with self.session.post(
            f"{self.url}/api/demo/calls", json=wish, headers=self.headers
        ) as answer:
            return answer.status


@pytest.fixture
async def demo(allo: CommandLine, start: Start, tmp_path: Path) -> tuple[Running, Told]:
    allo.settings = {"TMPDIR": str(tmp_path)}  # where its directory is made, to look at afterwards
    running = await start("demo", "--port", "0", "--seed", "5", "--json")
    return running, json.loads(await running.line_with("url"))


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


def person(told: Told, login: str) -> Told:
    return next(one for one in told["users"] if one["login"] == login)


def left_in(directory: Path) -> list[Path]:
    return list(directory.glob("allo-demo-*"))


async def test_the_first_card_comes_by_itself(
    demo: tuple[Running, Told], session: aiohttp.ClientSession
) -> None:
    _running, told = demo
    anna = Agent(session, told, person(told, "anna"))
    await anna.log_in()

    async with asyncio.timeout(PATIENCE_SECONDS):
        ringing = await anna.frame("call.ringing")

    assert ringing["extension"] == "101"
    assert ringing["card"]["client"] or ringing["card"]["candidates"] or ringing["card"]["number"]


async def test_the_phone_is_lifted_and_the_card_goes_on_as_a_talk(
    demo: tuple[Running, Told], session: aiohttp.ClientSession
) -> None:
    _running, told = demo
    boris = Agent(session, told, person(told, "boris"))
    await boris.log_in()
    ringing = await boris.frame("call.ringing")

    updated = await boris.frame("call.updated")

    assert updated["call_id"] == ringing["call_id"]
    assert updated["call"]["status"] == "answered"


async def test_call_me_now_rings_at_once_and_knows_its_scenarios(
    demo: tuple[Running, Told], session: aiohttp.ClientSession
) -> None:
    _running, told = demo
    admin = Agent(session, told, person(told, "admin"))
    await admin.log_in()

    assert await admin.ask_for_a_call(scenario="withheld") == 202
    ringing = await admin.frame("call.ringing")

    assert ringing["card"]["is_withheld"]
    assert await admin.ask_for_a_call(scenario="a miracle") == 422


async def test_nothing_is_left_behind_and_passwords_are_new_at_every_start(
    allo: CommandLine, start: Start, tmp_path: Path
) -> None:
    allo.settings = {"TMPDIR": str(tmp_path)}  # where its directory is made
    seen = set()
    for number in (signal.SIGINT, signal.SIGTERM):
        running = await start("demo", "--port", "0", "--seed", "5", "--json")
        told = json.loads(await running.line_with("url"))
        seen.add(person(told, "anna")["password"])
        assert left_in(tmp_path)

        status, err = await running.stop(number)

        assert status == 0, err
        assert "Traceback" not in err, err
        assert left_in(tmp_path) == []
        for url in (told["url"], told["push_url"]):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)).close()
        with pytest.raises(ProcessLookupError):
            os.kill(running.process.pid, 0)

    assert len(seen) == 2


async def test_a_real_pbx_that_is_set_is_not_touched(allo: CommandLine, start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as pbx:
        link = [{"name": "real", "port": pbx.getsockname()[1], "secret": "quiet"}]
        allo.settings["ALLO_PBX"] = json.dumps(link)
        running = await start("demo", "--port", "0", "--json")
        await running.line_with("url")
        await running.stop()
        pbx.settimeout(0)
        with pytest.raises(BlockingIOError):
            pbx.accept()
