"""A call as the log tells it: known by its id, and nobody's number, secret or file in it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from telephony.ami_event import FRAME_END, parse_capture_bytes
from tests.allo_clients import Api, Refused, tab
from tests.allo_process import ANNA, AlloProcess, Person
from tests.fakes.pbx import SECRET, FakePbx, fake_pbx

ROOT = Path(__file__).parents[3]
CAPTURE = "recorded_dialplan"  # of a real Asterisk: rings 101, is answered and recorded
CALLER, DID = "+79169990007", "74950002101"
ADMIN = Person("admin", "Ада Мин", role="admin")
PLANTED = "planted-password-77"


@dataclass
class Day:
    """A server that has lived through one call, and what must not stand in its log."""

    allo: AlloProcess
    api: Api
    call_id: str
    secrets: list[str]


def link_to(pbx: FakePbx) -> str:
    link = {"name": "main", "host": "127.0.0.1", "port": pbx.port, "username": "allo"}
    return json.dumps([link | {"secret": SECRET, "trunks": ["PJSIP/provider"]}])


@pytest.fixture(params=["INFO", "DEBUG"])
async def day(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Day]:
    allo = AlloProcess(tmp_path / "allo")
    allo.settings["ALLO_LOG_LEVEL"] = request.param
    monitor = {"path": str(tmp_path), "prefix": "/var/spool/asterisk/monitor"}
    allo.settings["ALLO_RECORDINGS__FOLDERS"] = json.dumps([monitor])
    await asyncio.to_thread(allo.must_run, "migrate")
    for person in (ANNA, ADMIN):
        await asyncio.to_thread(allo.add, person)
    token = await asyncio.to_thread(allo.token, ADMIN)
    async with fake_pbx() as pbx:
        allo.settings["ALLO_PBX"] = link_to(pbx)
        await asyncio.to_thread(allo.start)
        try:
            async with Api(allo) as api, Api(allo, token=token) as program:
                await api.log_in(ANNA)
                async with tab(api) as push:
                    await pbx.login()
                    await pbx.until(lambda: bool(pbx.asked("CoreShowChannels")))
                    for _at, block in parse_capture_bytes(capture()):
                        await pbx.say(block + FRAME_END)
                    ended = await push.until(lambda told: told["type"] == "call.ended", seconds=15)
                await work_with(api, program, ended["call_id"])
                cookies = [it.partition("=")[2] for it in api.cookies.split("; ")]
                secrets = [SECRET, ANNA.password, PLANTED, token, *cookies]
                yield Day(allo, program, ended["call_id"], secrets)
        finally:
            await asyncio.to_thread(allo.kill)


def capture() -> bytes:
    return (ROOT / f"tests/fixtures/ami/{CAPTURE}.ami").read_bytes()


async def work_with(api: Api, program: Api, call_id: str) -> None:
    """What people do with a call: write, look up, keep as a client; and what goes wrong."""
    # a real call is longer than its way to the row
    while not await api.items("/api/calls"):  # noqa: ASYNC110 - nobody tells of rows
        await asyncio.sleep(0.02)
    await api.put(f"/api/calls/{call_id}/note", {"text": f"перезвонить на {CALLER}"})
    await api.get("/api/clients", phone=CALLER)
    await api.post(
        "/api/clients", {"kind": "person", "name": "Иван", "phones": [{"number": CALLER}]}
    )
    with pytest.raises(Refused):
        await api.post("/api/session", {"login": "anna", "password": PLANTED})
    await program.get("/api/calls", limit="10")


async def test_a_call_is_followed_by_its_id_and_by_nothing_else(day: Day) -> None:
    log = day.allo.log
    of_call = [line for line in log.splitlines() if day.call_id in line]

    assert any("rings at 101" in line for line in of_call)
    assert any("has ended: inbound, answered by 101" in line for line in of_call)
    assert [secret for secret in day.secrets if secret in log] == []
    assert ".wav" not in log
    shown = "\n".join(line for line in log.splitlines() if " DEBUG " not in line)
    assert [it for it in (CALLER[2:], DID) if it in re.sub(r"[ ()-]", "", shown)] == []


@pytest.mark.parametrize("day", ["INFO"], indirect=True)
async def test_the_figures_are_read_by_prometheus_and_only_here_or_by_token(day: Day) -> None:
    text = await figures(day.api)
    families = {family.name: family for family in text_string_to_metric_families(text)}

    (up,) = families["allo_pbx_link_up"].samples
    assert (up.labels, up.value) == ({"pbx": "main"}, 1.0)
    assert families["allo_http_requests"].type == "counter"
    assert all(family.documentation for family in families.values())
    assert CALLER[2:] not in text


async def figures(api: Api) -> str:
    async with api._http().get(f"{api.allo.url}/metrics", headers=api.headers) as answer:
        assert answer.status == 200
        return await answer.text()
