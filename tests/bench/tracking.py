"""The tracker alone: events a second on one core, on the mix of all recorded streams.

The floor cuts the same bytes into the same messages, makes a dict of each, and forgets it.
"""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crm_core.kernel.call_facts import CallSnapshot
from telephony.ami_event import FRAME_END, AmiEvent
from telephony.ami_frames import FrameCutter
from telephony.counters import LinkCounters
from telephony.tracker import CallTracker
from tests.bench.mixed import SETTINGS, alone, mix, read_events, stories, streams, with_ticks
from tests.bench.subjects import say

CALLS_A_SECOND = 100.0
ROUNDS = 3
PUT_EVERY = 20  # reads: a busy link hands whole calls on about so often
BUDGET = 0.50  # of the floor, from bytes to calls

Parsed = list[tuple[datetime, list[AmiEvent]]]
Raw = list[tuple[datetime, bytes | None]]


@dataclass(slots=True)
class Tracked:
    """A tracker, and all that it has told."""

    tracker: CallTracker
    calls: dict[UUID, CallSnapshot]
    most_alive: int = 0

    @classmethod
    def fresh(cls) -> "Tracked":
        return cls(CallTracker(SETTINGS), {})

    def put(self) -> None:
        """Take the calls that changed, as the listener does, with the place to replay from."""
        self.calls.update((call.call_id, call) for call in self.tracker.take_changed())
        self.tracker.oldest_position()


def measure(copies: int) -> int:
    """Print both rates beside the floor; 1 when a call was told otherwise than it was."""
    reads = mix(copies, calls_a_second=CALLS_A_SECOND)
    timed = list(with_ticks(reads))
    raw: Raw = [(at, _joined(frames)) for at, frames in timed]
    parsed: Parsed = [(at, read_events(frames)) for at, frames in timed]
    told = sum(len(read.frames) for read in reads)
    fed = sum(len(events) for _at, events in parsed)
    del reads, timed
    say(f"tracker: {copies * len(streams()):,} calls, {told:,} events, {fed:,} of them read")
    floor = told / _middle(lambda: _floor(raw))
    tracked = Tracked.fresh()
    whole = told / _middle(lambda: _from_bytes(raw, tracked))
    bare = fed / _middle(lambda: _from_events(parsed, Tracked.fresh()))
    share = whole / floor
    missed = "" if share >= BUDGET else "  MISSED"
    print(
        f"\nevents a second on one core, {copies * len(streams()):,} calls of"
        f" {len(streams())} recorded kinds, {tracked.most_alive:,} at once:\n"
        f"  read by hand into dicts {floor:,.0f}/s; cut, decoded and tracked {whole:,.0f}/s,"
        f" share {share:.2f}   budget {BUDGET:.2f}{missed}\n"
        f"  the tracker alone, of the {fed / told:.0%} that it reads, {bare:,.0f}/s"
    )
    return _check(tracked, copies)


def _check(tracked: Tracked, copies: int) -> int:
    told = stories(tracked.calls.values())
    true = alone()
    for story in true:
        true[story] *= copies
    wrong = (told - true).total() + (true - told).total()
    alive = len(tracked.tracker.live_calls())
    print(
        f"  calls told {told.total():,}, in truth {true.total():,}, told otherwise"
        f" {wrong}, still alive {alive}, frames not understood {tracked.tracker.errors}"
    )
    for story, count in (told - true).most_common(5):
        say(f"told in excess {count}: {story}")
    return 1 if wrong or alive or tracked.tracker.errors else 0


def _joined(frames: Sequence[bytes] | None) -> bytes | None:
    return None if frames is None else b"".join(frame + FRAME_END for frame in frames)


def _middle(work: Callable[[], None]) -> float:
    """Processor seconds of the middle one of equal rounds."""
    rounds = []
    for _ in range(ROUNDS):
        gc.collect()
        began = time.process_time()
        work()
        rounds.append(time.process_time() - began)
    return statistics.median(rounds)


def _floor(raw: Raw) -> None:
    for _at, data in raw:
        if data is None:
            continue
        *frames, _rest = data.split(FRAME_END)
        for frame in frames:
            lines = frame.decode(errors="replace").split("\r\n")
            dict([line.split(": ", 1) for line in lines if ": " in line])


def _from_bytes(raw: Raw, tracked: Tracked) -> None:
    tracked.tracker, tracked.calls = CallTracker(SETTINGS), {}
    cutter = FrameCutter(LinkCounters())
    for place, (at, data) in enumerate(raw):
        frames = None if data is None else cutter.cut(data)[0]
        for ami in read_events(frames):
            tracked.tracker.feed(ami, at, place)
        if place % PUT_EVERY == 0:
            tracked.put()
            if place % 1_000 == 0:
                tracked.most_alive = max(tracked.most_alive, len(tracked.tracker.live_calls()))
    tracked.put()


def _from_events(parsed: Parsed, tracked: Tracked) -> None:
    for place, (at, events) in enumerate(parsed):
        for ami in events:
            tracked.tracker.feed(ami, at, place)
        if place % PUT_EVERY == 0:
            tracked.put()
    tracked.put()
