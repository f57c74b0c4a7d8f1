"""`allo serve` as a process: it says where it is, and it stops when told."""

import asyncio
import json
import resource
import signal
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from telephony.simulator.channels import Phone
from telephony.simulator.pbx import SimulatedPbx
from tests.integration.config.conftest import CommandLine, Running, Start


async def address(running: Running) -> str:
    """Where it serves, by its own word."""
    line = await running.line_with("ready")
    return next(word.rstrip(",") for word in line.split() if word.startswith("http"))


async def readiness(url: str) -> dict[str, Any]:
    """What it says of itself once it is ready."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(30):
        while True:
            async with session.get(f"{url}/readyz") as answer:
                told: dict[str, Any] = await answer.json()
            if told["status"] == "ready":
                return told
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_it_stops_cleanly_when_told(
    ready: CommandLine, start: Start, number: signal.Signals
) -> None:
    running = await start("serve")
    await address(running)

    status, err = await running.stop(number)

    assert status == 0
    assert "Traceback" not in err


async def test_it_is_ready_at_the_address_it_prints(ready: CommandLine, start: Start) -> None:
    running = await start("serve")

    told = await readiness(await address(running))

    assert told["status"] == "ready"


async def test_without_users_it_prints_a_set_up_address_for_one_use(
    ready: CommandLine, start: Start
) -> None:
    running = await start("serve")
    url = await address(running)
    _, err = await running.stop()
    printed = next(word for word in err.split() if "/setup#" in word)

    assert printed.startswith(f"{url}/setup#allo-")
    assert len(printed.partition("#")[2]) > 40


async def test_with_users_it_prints_no_set_up_address(ready: CommandLine, start: Start) -> None:
    words = ("--login", "anna", "--name", "Анна", "--role", "agent", "--password-stdin")
    assert (await ready.run("user", "add", *words, stdin="anna likes long words")).status == 0
    running = await start("serve")
    await address(running)
    _, err = await running.stop()

    assert "/setup" not in err


async def test_a_second_server_keeps_out_of_the_same_directory(
    ready: CommandLine, start: Start
) -> None:
    first = await start("serve")
    await address(first)

    second = await ready.run("serve")

    assert second.complains("in use by another Allo", str(first.process.pid))


async def test_a_server_that_was_killed_leaves_no_lock(ready: CommandLine, start: Start) -> None:
    first = await start("serve")
    await address(first)
    await first.stop(signal.SIGKILL)

    second = await start("serve")

    assert await address(second)


@pytest.fixture
def few_files() -> Iterator[None]:
    """What we start may open as few files as systems allow who does not ask for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("few_files")
async def test_it_takes_all_the_open_files_it_may_have(ready: CommandLine, start: Start) -> None:
    running = await start("serve")
    await address(running)

    soft, hard = resource.prlimit(running.process.pid, resource.RLIMIT_NOFILE)
    await running.stop()

    assert soft == hard


async def test_the_link_to_the_pbx_comes_up(ready: CommandLine, start: Start) -> None:
    pbx = SimulatedPbx(phones=[Phone("101", "Анна")], username="allo", secret="quiet")
    async with pbx.serve() as port:
        link = {"name": "main", "port": port, "username": "allo", "secret": "quiet"}
        ready.settings["ALLO_PBX"] = json.dumps([link])
        running = await start("serve")
        url = await address(running)
        await running.says("the link to main is up")
        told = await readiness(url)
        await running.stop()

    assert told["status"] == "ready"
    assert told["links"] == [{"pbx": "main", "state": "up", "has_tried": True, "reason": ""}]


async def test_a_pbx_that_refuses_us_is_said_and_does_not_stop_the_start(
    ready: CommandLine, start: Start
) -> None:
    pbx = SimulatedPbx(phones=[], username="allo", secret="quiet")
    async with pbx.serve() as port:
        link = {"name": "main", "port": port, "username": "allo", "secret": "loud-and-planted"}
        ready.settings["ALLO_PBX"] = json.dumps([link])
        running = await start("serve")
        url = await address(running)
        await running.says("no link to main")
        told = await readiness(url)
        _status, err = await running.stop()

    assert told["status"] == "ready"
    assert [link["state"] for link in told["links"]] == ["refused"]
    assert "loud-and-planted" not in err
