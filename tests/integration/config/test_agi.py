"""`allo serve` answers a dialplan where a port is chosen, and nowhere else."""

import asyncio
import json

import aiohttp
import pytest

from config.settings import SettingsInvalid, load_settings
from tests.integration.config.conftest import CommandLine, Start, taken_port
from tests.integration.telephony.agi_asking import ask, question
from tests.ports import free_port


@pytest.fixture
def asked_at(ready: CommandLine) -> int:
    """Where the server of this test may be asked."""
    port = free_port()
    ready.settings["ALLO_AGI__PORT"] = str(port)
    return port


async def address(ready: CommandLine, start: Start) -> str:
    running = await start("serve")
    line = await running.line_with("ready")
    return next(word.rstrip(",") for word in line.split() if word.startswith("http"))


async def test_a_dialplan_is_answered_and_counted(
    ready: CommandLine, start: Start, asked_at: int
) -> None:
    url = await address(ready, start)

    told = await ask(asked_at, question())
    hidden = await ask(asked_at, question("caller", "anonymous"))
    wrong = await ask(asked_at, question("caller?pbx=nowhere"))
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}/metrics") as answer:
            metrics = await answer.text()
        async with session.get(f"{url}/readyz") as answer:
            is_ready = answer.status == 200

    assert told.variables["ALLO_STATUS"] == "unknown"
    assert (told.variables["ALLO_NAME"], told.variables["ALLO_OPEN"]) == ("", "1")
    assert hidden.variables["ALLO_STATUS"] == "withheld"
    assert wrong.variables == {"ALLO_STATUS": "error"}
    assert "allo_agi_requests_total 3.0" in metrics
    assert "allo_agi_failures_total 1.0" in metrics
    assert "allo_agi_timeouts_total 0.0" in metrics
    assert "allo_agi_seconds_count 3.0" in metrics
    assert is_ready


async def test_without_a_port_nobody_is_answered(ready: CommandLine, start: Start) -> None:
    url = await address(ready, start)
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as answer:
        assert "allo_agi_requests_total 0.0" in await answer.text()
    told = json.loads((await ready.run("doctor", "--json")).out)

    (found,) = [one for one in told["findings"] if one["check"] == "AGI port"]
    assert found["verdict"] == "ok"
    assert "ALLO_AGI__PORT" in found["text"]


async def test_a_port_that_is_taken_stops_the_start_with_its_name(ready: CommandLine) -> None:
    with taken_port() as taken:
        ready.settings["ALLO_AGI__PORT"] = str(taken.getsockname()[1])
        told = await ready.run("serve")

    assert told.complains("ALLO_AGI__PORT", "in use")


async def test_the_doctor_says_what_stands_in_the_dialplan(
    ready: CommandLine, start: Start, asked_at: int
) -> None:
    line = f"AGI(agi://127.0.0.1:{asked_at}/caller)"
    before = await ready.run("doctor")
    await address(ready, start)
    during = await ready.run("doctor")
    ready.settings["ALLO_AGI__PORT"] = str(free_port())
    elsewhere = await ready.run("doctor")

    assert f"is free; in the dialplan: {line}" in before.out
    assert f"the server is there; in the dialplan: {line}" in during.out
    assert "FAILED  AGI port" in elsewhere.out
    assert "restart it" in elsewhere.out


async def test_it_stops_at_once_though_somebody_asks_and_says_nothing(
    ready: CommandLine, start: Start, asked_at: int
) -> None:
    running = await start("serve")
    await running.line_with("ready")
    _reader, writer = await asyncio.open_connection("127.0.0.1", asked_at)
    writer.write(b"agi_network: yes\n")
    await writer.drain()

    status, err = await running.stop()
    writer.transport.abort()

    assert status == 0
    assert "Traceback" not in err


@pytest.mark.parametrize("allow", ['["planted"]', '["10.0.0.0/99"]', '["10.0.0.1", ""]'])
def test_who_may_ask_is_written_as_networks(allow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLO_AGI__ALLOW", allow)
    with pytest.raises(SettingsInvalid, match="ALLO_AGI__ALLOW") as caught:
        load_settings()

    assert "planted" not in str(caught.value)


def test_the_service_is_off_unless_a_port_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().agi.port is None
    monkeypatch.setenv("ALLO_AGI__PORT", "4573")
    monkeypatch.setenv("ALLO_AGI__ALLOW", '["192.0.2.0/24", "127.0.0.1"]')

    agi = load_settings().agi

    assert (agi.host, agi.port) == ("127.0.0.1", 4573)
    assert agi.allow == ("192.0.2.0/24", "127.0.0.1")
