"""Hang-up → playable: a talk of ten minutes, from the call's end to its recording being heard.

Beside it the decoder alone on the same file: what nobody could leave out.
"""

import array
import asyncio
import contextlib
import math
import random
import subprocess
import time
import wave
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import col, select

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_log import CallWriter
from crm_core.calls.recording_tables import Recording
from crm_core.kernel.call_facts import RecordingFact
from crm_core.kernel.database import Database
from recordings.convert import BIT_RATE
from recordings.ffmpeg import find_ffmpeg
from recordings.keeper import KeeperSettings, RecordingKeeper
from recordings.places import Folder
from tests.bench.office import Office
from tests.integration.web.random_calls import a_call, answer, end, ring

RATE = 8_000
MINUTES = 10
PREFIX = "/var/spool/asterisk/monitor"
PATIENCE_SECONDS = 90.0
BUDGET_SECONDS = 5.0


async def measure(office: Office, folder: Path) -> None:
    """Let one call end, wait until its recording is ready, and print how long it took."""
    sound = folder / "monitor" / "talk.wav"
    sound.parent.mkdir(parents=True, exist_ok=True)
    _write_talk(sound)
    floor = _decode(sound, folder / "floor.ogg")
    own = await _keep(office, sound, folder / "recordings")
    told = f"{own:.1f} s" if own is not None else "never"
    missed = "" if own is not None and own <= BUDGET_SECONDS else "  MISSED"
    ratio = (own or math.inf) / floor
    print(
        f"\nhang-up to playable, {MINUTES} minutes of talk: ffmpeg alone {floor:.1f} s,"
        f" allo {told}, ratio {ratio:.1f}   budget {BUDGET_SECONDS:.0f} s{missed}"
    )


def _write_talk(path: Path) -> None:
    """Sound that a codec must work on: a second of noise and tones, over and over."""
    draw = random.Random(7)
    second = array.array(
        "h",
        (
            int(6_000 * math.sin(at * 0.2) + 4_000 * math.sin(at * 0.531) + draw.randint(-800, 800))
            for at in range(RATE)
        ),
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(second.tobytes() * (MINUTES * 60))


def _decode(sound: Path, target: Path) -> float:
    command = [find_ffmpeg(), "-v", "error", "-y", "-threads", "1", "-i", str(sound)]
    command += ["-c:a", "libopus", "-application", "voip"]
    began = time.perf_counter()
    subprocess.run([*command, "-b:a", BIT_RATE, str(target)], check=True)
    return time.perf_counter() - began


async def _keep(office: Office, sound: Path, store: Path) -> float | None:
    database, directory = Database.connect(office.url), AgentDirectory()
    folders = [Folder(path=sound.parent, prefix=PREFIX, pbx=None)]
    settings = KeeperSettings(
        store=store, folders=folders, rule="*{uniqueid}*", time_zone="Europe/Moscow"
    )
    keeper = asyncio.create_task(RecordingKeeper(database, settings).run())
    try:
        await directory.reload(database)
        writer = CallWriter(database, directory, {"bench": "RU"})
        now, extension = datetime.now(UTC), office.extensions[0]
        fact = RecordingFact(key="1", path=f"{PREFIX}/{sound.name}", uniqueid="1.1", started_at=now)
        call = end(
            answer(ring(a_call(1, number="89161234567", queue=None, at=now), extension), extension)
        )
        writer.put("bench", [replace(call, pbx="bench", recordings=(fact,))])
        began = time.perf_counter()
        await writer.flush()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await _is_ready(database, call.call_id):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
                return time.perf_counter() - began
        return None
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        await database.close()


async def _is_ready(database: Database, call_id: object) -> bool:
    async with database.read() as session:
        query = select(Recording.state).where(col(Recording.call_id) == call_id)
        return "ready" in (await session.exec(query)).all()
