"""T25: a PBX that floods us with events, with real calls among them.

The whole server as a process: whatever else pours in, each call is told, and memory has a bound.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.allo_clients import Api, Push, tab
from tests.allo_process import ANNA, AlloProcess
from tests.bench.stream import CallScript, ScriptedCall
from tests.fakes.pbx import SECRET, FakePbx, fake_pbx, frame
from tests.patience import PATIENCE_SECONDS

PEAK_MIB = 400  # twice the budget of a busy office: a queue without an end is found by it
TURN_SECONDS = 0.05


def scan(number: int) -> bytes:
    """One knock of a SIP scanner: a channel that comes and goes, and what is said about it."""
    channel = f"PJSIP/scan-{number:08x}"
    same = {"Channel": channel, "Uniqueid": f"1.{number}", "Linkedid": f"1.{number}"}
    return b"".join(
        (
            frame(
                Event="Newchannel", **same, ChannelStateDesc="Ring", CallerIDNum="100", Exten="9"
            ),
            frame(Event="VarSet", **same, Variable="SIPCALLID", Value="x" * 60),
            frame(Event="RTCPSent", **same, SSRC="0x1", ReportCount="1"),
            frame(Event="InvalidAccountID", AccountID="100", RemoteAddress="IPV4/UDP/127.0.0.1/1"),
            frame(Event="Hangup", **same, Cause="21"),
        )
    )


EVENTS_A_SCAN = 5


def turns(script: list[ScriptedCall], events_a_second: int) -> Iterator[bytes]:
    """What to send in each turn: the noise, with one call's next step in it."""
    scans = max(1, int(events_a_second * TURN_SECONDS) // EVENTS_A_SCAN)
    number = 0
    for call in script:
        for step in (call.ring, call.answer, call.end):
            noise = b"".join(scan(number + at) for at in range(scans))
            number += scans
            yield noise + step


async def pour(pbx: FakePbx, script: list[ScriptedCall], events_a_second: int) -> None:
    """Send at that rate; what the server does not take in time waits in the socket."""
    began = time.monotonic()
    for number, written in enumerate(turns(script, events_a_second)):
        await asyncio.sleep(max(0.0, began + number * TURN_SECONDS - time.monotonic()))
        await pbx.say(written)


@pytest.mark.parametrize(
    ("events_a_second", "calls"),
    [
        (2_000, 40),
        pytest.param(5_000, 400, marks=[pytest.mark.torture, pytest.mark.timeout(600)]),
    ],
)
async def test_no_call_is_lost_in_a_flood_and_every_card_is_shown(
    tmp_path: Path, events_a_second: int, calls: int
) -> None:
    cast = CallScript()
    epoch = int(time.time())
    script = [
        cast.cast(n, caller=f"+7903{n:07}", extension="101", epoch=epoch) for n in range(calls)
    ]
    allo = AlloProcess(tmp_path / "allo")
    async with fake_pbx() as pbx:
        allo.settings["ALLO_PBX"] = json.dumps([link_to(pbx)])
        await asyncio.to_thread(allo.must_run, "migrate")
        await asyncio.to_thread(allo.add, ANNA)
        await asyncio.to_thread(allo.start)
        try:
            async with Api(allo) as api:
                await api.log_in(ANNA)
                async with tab(api) as push:
                    await pour(pbx, script, events_a_second)
                    last = script[-1].caller
                    await push.until(lambda told: is_end_of(told, last), seconds=120)
                    assert shown(push) == {call.caller for call in script}
                    assert await told_whole(api, len(script)) == {call.caller for call in script}
                    assert peak_mib(allo) < PEAK_MIB
        finally:
            await asyncio.to_thread(allo.kill)


def link_to(pbx: FakePbx) -> dict[str, object]:
    return {
        "name": "main",
        "host": "127.0.0.1",
        "port": pbx.port,
        "username": "allo",
        "secret": SECRET,
        "extension_pattern": r"\d{3}",
        "trunks": ["PJSIP/provider"],
    }


def is_end_of(told: dict[str, object], number: str) -> bool:
    call = told.get("call")
    return told["type"] == "call.ended" and isinstance(call, dict) and call["number"] == number


def shown(push: Push) -> set[str]:
    """Whose cards were pushed."""
    return {told["call"]["number"] for told in push.of("call.ringing")}


async def told_whole(api: Api, expected: int) -> set[str]:
    """Whose calls stand in the log, ended and answered; a row follows its card by a moment."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found := await listed(api)) < expected:  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.1)
    return found


async def listed(api: Api) -> set[str]:
    found: set[str] = set()
    query = {"limit": "200", "result": "answered", "status": "ended"}
    while True:
        page = await api.get("/api/calls", **query)
        found |= {call["number"] for call in page["items"]}
        if not page["next_cursor"]:
            return found
        query["cursor"] = page["next_cursor"]


def peak_mib(allo: AlloProcess) -> float:
    """The most memory that the server has ever held."""
    assert allo.pid is not None
    status = Path(f"/proc/{allo.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
