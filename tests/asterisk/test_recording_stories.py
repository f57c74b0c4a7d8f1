"""A call that the real PBX recorded can be heard soon after the hang-up, by whoever may."""

import asyncio
import json
import math
import subprocess
from pathlib import Path
from typing import Any

import pytest

from recordings.ffmpeg import find_ffmpeg
from tests.allo_clients import Api, Refused
from tests.allo_process import ANNA, BORIS, AlloProcess
from tests.asterisk.desk import talk
from tests.asterisk.office import Office
from tests.asterisk.scenarios import phones_of
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.asterisk

Json = dict[str, Any]


async def ready_recording(api: Api, number: str) -> Json:
    """The one recording of the newest call with that number, once it can be heard."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            calls = await api.items("/api/calls", number=number)
            if calls and calls[0]["recordings"]:
                (recording,) = calls[0]["recordings"]
                if recording["state"] in ("ready", "partial"):
                    return dict(recording)
            await asyncio.sleep(0.1)


def samples_of(sound: bytes, folder: Path) -> list[int]:
    """The audio as the browser would hear it, decoded by somebody else's hand."""
    file = folder / "heard.ogg"
    file.write_bytes(sound)
    decoded = subprocess.run(
        [find_ffmpeg(), "-loglevel", "error", "-i", str(file), "-f", "s16le", "-ar", "8000", "-"],
        capture_output=True,
        check=True,
    ).stdout
    return [
        int.from_bytes(decoded[at : at + 2], "little", signed=True)
        for at in range(0, len(decoded) - 1, 2)
    ]


def hertz_of(samples: list[int]) -> set[int]:
    """The strong tones of a sound, to the next 20 Hz, by Goertzel's way."""
    strong = {}
    part = samples[4000:12000]
    for hertz in range(200, 1600, 20):
        turn = 2 * math.cos(2 * math.pi * hertz / 8000)
        before = last = 0.0
        for sample in part:
            before, last = last, sample + turn * last - before
        strong[hertz] = last * last + before * before - turn * last * before
    loudest = max(strong.values())
    return {hertz for hertz, power in strong.items() if power > loudest / 20}


async def test_a_recorded_talk_is_found_by_its_id_and_holds_both_voices(
    allo: AlloProcess, office: Office, olga: Api, tmp_path: Path
) -> None:
    """The link's user may not see the dialplan: no file name is told, the call's id finds it."""
    caller = "+79160190001"
    (phone,) = await phones_of(office, "101")
    call = await office.trunk.call("74950002101", caller=caller)
    ring = await phone.ringing()
    await ring.answer()
    await talk(call, ring, packets=150)

    recording = await ready_recording(olga, caller)

    assert recording["duration_seconds"] == pytest.approx(3.0, abs=1.0)
    shown = await olga.get(f"/api/recordings/{recording['id']}")
    assert (shown["channels"], len(shown["peaks"][0])) == (1, 800)
    assert max(shown["peaks"][0]) > 40
    sound = await sound_of(olga, recording["id"])
    tones = hertz_of(samples_of(sound, tmp_path))  # the client plays 700 Hz, the agent 440
    assert {440, 700} <= tones
    async with Api(allo) as anna, Api(allo) as boris:
        await anna.log_in(ANNA)
        await boris.log_in(BORIS)
        assert await sound_of(anna, recording["id"]) == sound
        with pytest.raises(Refused) as refusal:
            await boris.get(f"/api/recordings/{recording['id']}")
        assert refusal.value.status == 404


async def sound_of(api: Api, recording_id: str) -> bytes:
    session = api._http()
    address = f"{api.allo.url}/api/recordings/{recording_id}/audio"
    async with session.get(address, headers=api.headers) as answer:
        assert answer.status == 200
        return await answer.read()


async def test_a_call_that_nobody_took_leaves_a_recording_without_sound(
    office: Office, olga: Api
) -> None:
    caller = "+79160190002"
    (phone,) = await phones_of(office, "101")
    call = await office.trunk.call("74950002101", caller=caller)
    await phone.ringing()
    await call.cancel()

    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            (told, *_) = await olga.items("/api/calls", number=caller) or [{"recordings": []}]
            states = [one["state"] for one in told["recordings"]]
            if states and states != ["waiting"]:
                break
            await asyncio.sleep(0.1)

    assert states == ["silent"], json.dumps(told)
