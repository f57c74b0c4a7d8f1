"""The keeper: takes one recording after another from the table, and stores what came of it.

The table is the queue: what was begun and not finished when the process was killed is simply still
to be done. A file system that hangs holds up the keeper's own child, which is ended in time, and
nobody else.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crm_core.calls.recording_tables import Recording
from crm_core.calls.recordings import Fetched, call_of, count_waiting, find_due, keep_result
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.errors import CrmError
from crm_core.kernel.figures import Figure, Spread
from recordings.places import Folder, Place, Wanted, places_of

logger = logging.getLogger(__name__)

PAGE = 20
LOOK_SECONDS = 1.0
GOODBYE_SECONDS = 2.0
LIMITS = (1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)  # around the budget of 5 s
CHILD_SECONDS = 900.0  # for the longest talk; a mount that hangs is given up then


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperSettings:
    """Where files come from and where audio goes."""

    store: Path
    folders: Sequence[Folder]
    rule: str
    time_zone: str  # the PBX's own clock names the folders of days


@dataclass(slots=True)
class Counts:
    """What the keeper has done since the start, and what is before it now."""

    tries: int = 0
    kept: int = 0
    failed: int = 0
    converting: int = 0
    waiting: int = 0
    took: Spread = field(default_factory=lambda: Spread(LIMITS))


class RecordingKeeper:
    """Fetches recordings one at a time; run `run` beside the server."""

    def __init__(self, database: Database, settings: KeeperSettings) -> None:
        self._database = database
        self._settings = settings
        self.figures = Counts()

    def told(self) -> Sequence[Figure]:
        """What has come of recordings since the start, and how many wait."""
        counts = self.figures
        return (
            Figure("allo_recordings_waiting", "Not there yet.", counts.waiting, is_level=True),
            Figure(
                "allo_recordings_converting", "Being converted.", counts.converting, is_level=True
            ),
            Figure("allo_recordings_kept", "Made playable.", counts.kept),
            Figure("allo_recordings_failed", "Cannot be used.", counts.failed),
            Figure(
                "allo_recording_hangup_to_playable_seconds",
                "From hang-up to playable.",
                counts.took,
            ),
        )

    async def run(self) -> None:
        """Look for what is due until cancelled; a database that is away is waited for."""
        with self._database.outbox_signal() as grown:
            while True:
                grown.clear()
                try:
                    while await self.fetch_due():
                        pass
                except CrmError as error:
                    logger.warning("recordings cannot be kept: %s", error)
                except Exception:
                    logger.exception("recordings cannot be kept")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await grown.wait()
                await asyncio.sleep(0.05)  # a busy office tells of something all the time

    async def fetch_due(self) -> bool:
        """Take the turn of everything that is due; False: there was nothing."""
        async with self._database.read() as session:
            due = await find_due(session, utc_now(), limit=PAGE)
        for recording in due:
            fetched = await self._fetch(recording)
            is_first = recording.fetched_at is None
            async with self._database.write() as unit:
                await keep_result(unit, recording, fetched, utc_now())
                call = await call_of(unit.session, recording)
            self._count(recording, fetched)
            if is_first and fetched.state == "ready" and call and call.ended_at:
                self.figures.took.add((utc_now() - call.ended_at).total_seconds())
        async with self._database.read() as session:
            self.figures.waiting = await count_waiting(session)
        return bool(due)

    async def _fetch(self, recording: Recording) -> Fetched:
        places = await self._places(recording)
        if not places:
            return Fetched(state="failed", reason="outside")
        job = {
            "store": str(self._settings.store),
            "places": [{"root": str(one.root), "parts": one.parts} for one in places],
        }
        self.figures.converting += 1
        try:
            return Fetched(**await run_child(job))
        finally:
            self.figures.converting -= 1

    async def _places(self, recording: Recording) -> list[Place]:
        async with self._database.read() as session:
            call = await call_of(session, recording)
        zone = ZoneInfo(self._settings.time_zone)
        wanted = Wanted(
            pbx=recording.pbx,
            path=recording.path,
            uniqueid=recording.uniqueid,
            linkedid=call.linkedid if call else recording.uniqueid,
            started_at=recording.started_at.astimezone(zone),
        )
        return list(places_of(wanted, self._settings.folders, self._settings.rule))

    def _count(self, recording: Recording, fetched: Fetched) -> None:
        self.figures.tries += 1
        if fetched.state in ("ready", "partial"):
            self.figures.kept += 1
        elif fetched.state == "failed":
            self.figures.failed += 1
            logger.warning(
                "call %s: a recording cannot be used: %s", recording.call_id, fetched.reason
            )


async def run_child(job: Mapping[str, Any], *, seconds: float = CHILD_SECONDS) -> dict[str, Any]:
    """Do one job in a process of its own, and end it if it takes too long."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "recordings.convert"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=Path(__file__).parent.parent,
        start_new_session=True,  # the decoder below it is ended with it
    )
    try:
        async with asyncio.timeout(seconds):
            out, _ = await child.communicate(json.dumps(job).encode())
    except TimeoutError:
        return {"state": "waiting", "reason": "timeout"}
    finally:
        if child.returncode is None:
            await _end(child)
    try:
        outcome: dict[str, Any] = json.loads(out)
    except ValueError:  # it was ended by a limit, or crashed over the file
        return {"state": "failed", "reason": "undecodable"}
    return outcome


async def _end(child: asyncio.subprocess.Process) -> None:
    """Kill it with all that it started; one that hangs in the kernel dies when it is let go."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GOODBYE_SECONDS):
            await child.wait()
