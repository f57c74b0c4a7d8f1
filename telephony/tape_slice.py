"""One call's part of a tape: all frames that speak of its channels, found without an index.

A channel may take over another call's Linkedid, and may have spoken under its own before anybody
knew: so the tape is read again until no further id is learnt. Only frames that hold a known id are
parsed, and the thread lets others run meanwhile, since rings go first.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from crm_core.calls.traces.view import SliceWish, TapeState
from telephony.ami_event import AmiEvent, parse_frame
from telephony.tape_file import TapeRecord, position_of, read_segment, segments_in

FRAMES_LIMIT = 5_000
TICKS_LIMIT = 20_000
BYTES_LIMIT = 6 << 20
IDS_LIMIT = 2_000  # of one call; a conference of a whole floor is more than anybody can read
PASSES_LIMIT = 5
READ_SECONDS = 20.0
CLOCK_SLACK = timedelta(minutes=2)  # the tape's time may have been set back a little
BREATH_RECORDS = 50

TICK = b"Event: AlloTick"
_MARK = b"Event: Allo"
_STEERING = (b"Event: AlloSettings", b"Event: AlloBoot")
_CLICK = b"Event: OriginateResponse"
_LIST_ENDS = (
    *(b"Event: CoreShowChannelsComplete", b"Event: StatusComplete"),
    *(b"Event: QueueStatusComplete", b"Event: FullyBooted"),
)


@dataclass(frozen=True, slots=True)
class Taped:
    """One frame with its place and its time."""

    position: int
    at: datetime
    raw: bytes


@dataclass(slots=True)
class Found:
    """What was found of a call on a tape."""

    state: TapeState = "whole"
    is_cut: bool = False
    begins_at: datetime | None = None
    frames: list[Taped] = field(default_factory=list)


@dataclass(slots=True)
class _Ids:
    """What the call's channels are called."""

    linkedids: set[str]
    uniqueids: set[str] = field(default_factory=set)
    channels: set[str] = field(default_factory=set)
    bridges: set[str] = field(default_factory=set)

    def __len__(self) -> int:
        parts = (self.linkedids, self.uniqueids, self.channels, self.bridges)
        return sum(len(part) for part in parts)

    def pattern(self) -> re.Pattern[bytes]:
        """What to look for before anything is parsed."""
        ids = {*self.linkedids, *self.uniqueids, *self.channels, *self.bridges}
        return re.compile(b"|".join(re.escape(one.encode()) for one in ids))

    def takes(self, ami: AmiEvent) -> bool:
        """Whether a frame speaks of the call; what it calls its channels is learnt."""
        named = _Ids(set())
        for key, value in ami.items():
            lower = key.lower()
            if lower.endswith("bridgeuniqueid"):
                named.bridges.add(value)
            elif lower.endswith("uniqueid"):
                named.uniqueids.add(value)
            elif lower.endswith("linkedid"):
                named.linkedids.add(value)
            elif lower.endswith("channel") and "/" in value:
                named.channels.add(value)
        is_ours = bool(
            named.linkedids & self.linkedids
            or named.uniqueids & self.uniqueids
            or named.channels & self.channels
        )
        if is_ours:
            self._learn(named)
            return True
        return not named.uniqueids and bool(named.bridges & self.bridges)

    def clicks(self, ami: AmiEvent) -> bool:
        """Whether that is the answer to a click on one of the phones: it names no channel."""
        endpoints = {channel.rpartition("-")[0] for channel in self.channels}
        return ami.get("Channel", "?") in endpoints

    def _learn(self, named: "_Ids") -> None:
        if len(self) < IDS_LIMIT:
            self.linkedids |= {one for one in named.linkedids if one}
            self.uniqueids |= {one for one in named.uniqueids if one and not one.startswith("<")}
            self.channels |= named.channels
            self.bridges |= {one for one in named.bridges if one}


def find_slice(directory: Path, wish: SliceWish) -> Found:
    """Read the tape in `directory` for all that speaks of the call."""
    until = time.monotonic() + READ_SECONDS
    ids = _Ids({one for one in wish.linkedids if one})
    begins_at = _begin(directory)
    if begins_at is None or begins_at > wish.to_at:
        return Found(state="gone", begins_at=begins_at)
    state: TapeState = "begins_late" if begins_at > wish.from_at else "whole"
    for _pass in range(PASSES_LIMIT):
        before = len(ids)
        found = _read_once(directory, wish, ids, until)
        found.begins_at, found.state = begins_at, state
        if len(ids) == before or time.monotonic() > until:
            break
    else:
        found.is_cut = True
    return found


def _begin(directory: Path) -> datetime | None:
    """Since when there is a tape."""
    for segment, path in segments_in(directory).items():
        first = next(read_segment(path, segment), None)
        if first is not None:
            return first.at
    return None


def _read_once(directory: Path, wish: SliceWish, ids: _Ids, until: float) -> Found:
    found, ticks, size = Found(), 0, 0
    steering: dict[bytes, Taped] = {}
    pattern, known = ids.pattern(), len(ids)
    for record in _records(directory, wish, found, until):
        if record.at < wish.from_at:
            for raw in record.frames:
                if raw.startswith(_STEERING):
                    steering[raw.partition(b"\r\n")[0]] = Taped(record.position, wish.from_at, raw)
            continue
        for raw in record.frames:
            if raw.startswith(TICK):
                ticks += 1
                is_wanted = ticks <= TICKS_LIMIT
            elif raw.startswith((_MARK, *_LIST_ENDS)):
                is_wanted = True
            else:
                is_wanted = pattern.search(raw) is not None and ids.takes(parse_frame(raw))
                if not is_wanted and raw.startswith(_CLICK):
                    is_wanted = ids.clicks(parse_frame(raw))
            if not is_wanted:
                continue
            size += len(raw)
            if len(found.frames) - ticks >= FRAMES_LIMIT or size > BYTES_LIMIT:
                found.is_cut = True
                break
            found.frames.append(Taped(record.position, record.at, raw))
            if len(ids) != known:
                pattern, known = ids.pattern(), len(ids)
    found.frames[:0] = [replace(one, position=0) for one in steering.values()]
    return found


def _records(directory: Path, wish: SliceWish, found: Found, until: float) -> Iterator[TapeRecord]:
    """The records of the time, and what steers tracking before it in the first segment."""
    count = 0
    for segment, path in segments_in(directory).items():
        if _ended_before(path, wish.from_at):
            continue
        for record in read_segment(path, segment, position_of(0, 0)):
            if record.at > wish.to_at + CLOCK_SLACK:
                return
            count += 1
            if count % BREATH_RECORDS == 0:
                time.sleep(0)  # the loop's thread has its turn
                if time.monotonic() > until:
                    found.is_cut = True
                    return
            if record.at <= wish.to_at:
                yield record


def _ended_before(path: Path, at: datetime) -> bool:
    try:
        return path.stat().st_mtime < at.timestamp() - CLOCK_SLACK.total_seconds()
    except OSError:  # swept since it was listed
        return False
