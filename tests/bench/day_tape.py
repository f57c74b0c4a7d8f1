"""A day of a PBX as a server leaves it when it is killed: its tape, its checkpoint, its calls.

Most calls come in the last ten hours, the busiest hour is the last; the tape holds what a link
keeps of them, in full segments, packed, and the one that was being written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_log import CallWriter
from crm_core.kernel.call_facts import Checkpoint
from crm_core.kernel.database import Database
from telephony.ami_event import FRAME_END, AmiEvent
from telephony.ami_frames import FrameCutter
from telephony.counters import LinkCounters
from telephony.tape import Tape, TapeLimits
from telephony.tape_file import place_of, segment_name
from telephony.tape_upkeep import pack_full_segments
from telephony.tracker import TRACKER_VERSION, CallTracker, TrackerSettings
from tests.bench.call_rows import Dice
from tests.bench.mixed import list_channels, read_events, read_whole
from tests.bench.office import Office
from tests.bench.stream import CallScript, ScriptedCall

HOURS = (*[0.2] * 14, *[1.0] * 9, 1.5)  # how many calls come in each, the last is now
RINGS = 3.0
TALK_FROM, TALK_TO = 5, 22  # seconds
SETTINGS = TrackerSettings("bench", trunks=("PJSIP/provider",))
MARKS = (b"Event: AlloSettings\r\nPbx: bench\r\nTrunks: PJSIP/provider", b"Event: AlloLinkUp")
TICK = b"Event: AlloTick"


@dataclass(frozen=True, slots=True)
class Day:
    """How many calls, and how many minutes before the end the oldest that lives began."""

    calls: int
    oldest: int


@dataclass(frozen=True, slots=True)
class Left:
    """What is there when the server is gone."""

    channels: list[AmiEvent]  # that live on, as the PBX lists them
    calls: int  # that they belong to
    segments: int
    replayed: int  # frames from the oldest living call on


class _Script:
    """Casts calls of which only what a tape keeps is told."""

    def __init__(self, office: Office) -> None:
        self._office = office
        cutter = FrameCutter(LinkCounters())
        self._script = CallScript(is_kept=lambda frame: bool(cutter.cut(frame + FRAME_END)[0]))

    def cast(self, number: int, at: datetime) -> ScriptedCall:
        seats = self._office.extensions
        return self._script.cast(
            number,
            caller=self._office.caller(number * 7_919),
            extension=seats[number % len(seats)],
            epoch=int(at.timestamp()),
        )


async def leave_day(office: Office, tapes: Path, day: Day) -> Left:
    """Write the tape, and into the database what a server had written by then."""
    now = datetime.now(UTC)
    script = _Script(office)
    oldest_at = now - timedelta(minutes=day.oldest)
    phases, alive = _schedule(day, now, oldest_at)
    tape = Tape(tapes, limits=TapeLimits(reserve_bytes=0))
    tape.open()
    oldest = _record(tape, phases, script, oldest_at)
    tape.close()
    pack_full_segments(tapes, tape.live_segment)
    replayed = await _write_rows(office, tape, oldest)
    listed = (script.cast(number, at) for number, at in alive)
    channels = list_channels(ami for call in listed for ami in read_whole(call.ring + call.answer))
    return Left(channels, len(alive), tape.live_segment, replayed)


def _schedule(
    day: Day, now: datetime, oldest_at: datetime
) -> tuple[list[tuple[datetime, int, int, datetime]], list[tuple[int, datetime]]]:
    """Which call says what when, in order: (when, call, phase, its begin); and which still live."""
    phases: list[tuple[datetime, int, int, datetime]] = []
    alive: list[tuple[int, datetime]] = [(0, oldest_at)]
    phases += [
        (oldest_at, 0, 0, oldest_at),
        (oldest_at + timedelta(seconds=RINGS), 0, 1, oldest_at),
    ]
    for number, at in enumerate(_begins(day.calls, now), 1):
        talk = TALK_FROM + Dice(number).below(TALK_TO - TALK_FROM)
        answered = at + timedelta(seconds=RINGS)
        ended = answered + timedelta(seconds=talk)
        if answered >= now:
            continue
        phases += [(at, number, 0, at), (answered, number, 1, at)]
        if ended < now:
            phases.append((ended, number, 2, at))
        else:
            alive.append((number, at))
    phases.sort()
    return phases, alive


def _begins(calls: int, now: datetime) -> Iterator[datetime]:
    began = now - timedelta(hours=len(HOURS))
    for hour, weight in enumerate(HOURS):
        count = round(calls * weight / sum(HOURS))
        for number in range(count):
            yield began + timedelta(hours=hour + number / count)


def _record(
    tape: Tape,
    phases: list[tuple[datetime, int, int, datetime]],
    script: _Script,
    oldest_at: datetime,
) -> int:
    """Write it all, a tick each second; the place where the oldest living call begins."""
    tape.append(list(MARKS), phases[0][0])
    ticked, oldest = phases[0][0], 0
    for at, number, phase, began in phases:
        while ticked < at:
            tape.append([TICK], ticked)
            ticked += timedelta(seconds=1)
        if tape.is_full:
            tape.rotate()
            tape.append(list(MARKS), at)
        call = script.cast(number, began)
        *frames, _rest = (call.ring, call.answer, call.end)[phase].split(FRAME_END)
        position = tape.append(frames, at)
        if at == oldest_at and number == 0:
            oldest = position
    return oldest


async def _write_rows(office: Office, tape: Tape, oldest: int) -> int:
    """What the call log holds of the calls since then, and how far the server had come."""
    database, directory, tracker = (
        Database.connect(office.url),
        AgentDirectory(),
        CallTracker(SETTINGS),
    )
    fed = 0
    try:
        await directory.reload(database)
        writer = CallWriter(database, directory, {"bench": "RU"})
        for record in tape.records_from(oldest):
            events = read_events(record.frames)
            fed += len(events)
            for ami in events:
                tracker.feed(ami, record.at, record.position)
        place = tracker.oldest_position()
        segment, offset = place_of(oldest if place is None else place)
        checkpoint = Checkpoint(
            segment=segment_name(segment),
            offset=offset,
            tracker_version=TRACKER_VERSION,
            at=tape.last_at or datetime.now(UTC),
        )
        writer.put("bench", tracker.take_changed(), checkpoint)
        await writer.flush()
    finally:
        await database.close()
    return fed
