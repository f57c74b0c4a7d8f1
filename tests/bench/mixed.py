"""The mix: every recorded stream, re-cast into as many calls at once as a measurement needs.

Ids of channels, calls and bridges, and the numbers outside, are those of the copy: two calls of one
client at one phone would be hard to tell apart for anybody. Our own phones stay what they were.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from crm_core.kernel.call_facts import CallSnapshot
from telephony.ami_event import FRAME_END, AmiEvent, parse_frame
from telephony.ami_event import parse_capture_bytes as cut_capture
from telephony.ami_frames import event_name
from telephony.listener import READ
from telephony.tracker import CallTracker, TrackerSettings

CAPTURES = Path(__file__).parent.parent / "fixtures" / "ami"
SETTINGS = TrackerSettings("bench")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TICK: AmiEvent = {"Event": "AlloTick"}
QUIET_SECONDS = 300  # of ticks behind the last event: what should have gone is swept by then

_UUID = rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_UNIQUEID = rb"(?<!Timestamp: )\b\d{10}\.\d+\b"
_CHANNEL = rb"-[0-9a-f]{8}(?![0-9a-f-])"  # the end of a channel's name
_NUMBER = rb"(?<![0-9a-f])7\d{10}(?![0-9a-f])"
_IDS = re.compile(
    b"(?P<uuid>%b)|(?P<uniqueid>%b)|(?P<channel>%b)|(?P<number>%b)"
    % (_UUID, _UNIQUEID, _CHANNEL, _NUMBER)
)

Story = tuple[str, ...]
"""What is told of a call, without its times and ids."""


@dataclass(frozen=True, slots=True)
class Read:
    """What came at one moment."""

    at: datetime
    frames: list[bytes]


class Stream:
    """One recorded stream as a template."""

    def __init__(self, path: Path, *, only_read: bool = False) -> None:
        self.name = path.stem
        self.events = 0
        self._ids: dict[bytes, tuple[bytes, str]] = {}
        self._reads: list[tuple[float, list[bytes]]] = []
        for seconds, frame in cut_capture(path.read_bytes()):
            if only_read and event_name(frame) not in READ:
                continue
            self.events += 1
            template = _IDS.sub(self._keep, frame.replace(b"%", b"%%"))
            if self._reads and self._reads[-1][0] == seconds:
                self._reads[-1][1].append(template)
            else:
                self._reads.append((seconds, [template]))

    def _keep(self, found: "re.Match[bytes]") -> bytes:
        kind = found.lastgroup or ""
        key, _kind = self._ids.setdefault(found[0], (b"%d" % len(self._ids), kind))
        return b"%%(%b)b" % key

    def cast(self, copy: int, start: datetime) -> Iterator[Read]:
        """The stream, told of other channels. `copy` is unique over all streams."""
        names = {key: _renamed(old, kind, copy) for old, (key, kind) in self._ids.items()}
        for seconds, templates in self._reads:
            at = start + timedelta(seconds=seconds)
            yield Read(at, [template % names for template in templates])


def _renamed(old: bytes, kind: str, copy: int) -> bytes:
    match kind:
        case "uuid":
            return b"%b%012x" % (old[:24], int(old[24:], 16) ^ copy)
        case "channel":
            return b"-%08x" % (int(old[1:], 16) + (copy << 12) & 0xFFFFFFFF)
        case "number":
            return b"7%010d" % ((int(old[1:]) + copy * 97) % 10**10)
        case _:
            epoch, _dot, number = old.partition(b".")
            return b"%b.%d" % (epoch, int(number) + copy * 10_000)


@cache
def streams(*, only_read: bool = False) -> tuple[Stream, ...]:
    """All that were recorded; `only_read`: without the frames that nobody here reads."""
    return tuple(Stream(path, only_read=only_read) for path in sorted(CAPTURES.glob("*.ami")))


def mix(copies: int, *, calls_a_second: float) -> list[Read]:
    """Every stream so many times, one beginning after the other, in the order of their moments."""
    reads: list[Read] = []
    for copy in range(copies):
        for number, stream in enumerate(streams()):
            place = copy * len(streams()) + number
            reads += stream.cast(place, START + timedelta(seconds=place / calls_a_second))
    reads.sort(key=lambda read: read.at)
    return reads


def with_ticks(reads: Iterable[Read]) -> Iterator[tuple[datetime, list[bytes] | None]]:
    """The same with the clock's tick each second (None), and for a while behind the end."""
    due = now = START
    for read in reads:
        while due < read.at:
            yield due, None
            due += timedelta(seconds=1)
        now = read.at
        yield read.at, read.frames
    while due < now + timedelta(seconds=QUIET_SECONDS):
        yield due, None
        due += timedelta(seconds=1)


def stories(calls: Iterable[CallSnapshot]) -> Counter[Story]:
    """How many calls were told so, folded consultations apart."""
    return Counter(_story(call) for call in calls if call.merged_into is None)


def _story(call: CallSnapshot) -> Story:
    legs = (f"{leg.extension or 'outside'} {leg.outcome}" for leg in call.legs)
    return str(call.direction), str(call.result), *legs


def alone() -> Counter[Story]:
    """The truth: what is told of every stream when nobody else calls, as the tests prove it."""
    told: Counter[Story] = Counter()
    for number, stream in enumerate(streams()):
        tracker, calls = CallTracker(SETTINGS), dict[UUID, CallSnapshot]()
        for at, frames in with_ticks(stream.cast(number, START)):
            for ami in read_events(frames):
                tracker.feed(ami, at)
            calls.update((call.call_id, call) for call in tracker.take_changed())
        told += stories(calls.values())
    return told


def read_events(frames: Sequence[bytes] | None) -> list[AmiEvent]:
    """The events that the tracker is given."""
    if frames is None:
        return [TICK]
    return [parse_frame(frame) for frame in frames if event_name(frame) in READ]


def list_channels(events: Iterable[AmiEvent]) -> list[AmiEvent]:
    """What the PBX would list of these calls, if nobody has hung up since."""
    lines: dict[str, AmiEvent] = {}
    for ami in events:
        if "Uniqueid" in ami and "ChannelState" in ami:
            lines.setdefault(ami["Uniqueid"], {}).update(ami)
        if ami["Event"] == "BridgeEnter":
            lines[ami["Uniqueid"]]["BridgeId"] = ami["BridgeUniqueid"]
    return [line | {"Event": "CoreShowChannel", "ChannelState": "6"} for line in lines.values()]


def read_whole(stream: bytes) -> Iterator[AmiEvent]:
    """The same of a stream of bytes."""
    *frames, _rest = stream.split(FRAME_END)
    yield from read_events(frames)
