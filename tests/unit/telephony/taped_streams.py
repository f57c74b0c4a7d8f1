"""Recorded streams as a link would have taped them, and what the call log then holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from crm_core.calls.traces.view import SliceWish
from crm_core.kernel.call_facts import CallSnapshot
from telephony.ami_event import parse_capture_bytes, parse_frame
from telephony.link import tape_of
from telephony.tape import Tape, TapeLimits
from telephony.tape_reader import TapeReader
from telephony.tape_upkeep import pack_full_segments
from telephony.tracker import CallTracker, TrackerSettings

CAPTURES = Path(__file__).parents[2] / "fixtures" / "ami"
BEGAN = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
SETTINGS = b"Event: AlloSettings\r\nPbx: main\r\nExtensionPattern: \\d{2,5}\r\nTrunks: "

Read = tuple[float, list[bytes]]


def reads_of(name: str) -> list[Read]:
    """The messages of a recorded stream, gathered by the read that brought them."""
    reads: list[Read] = []
    for seconds, frame in parse_capture_bytes((CAPTURES / f"{name}.ami").read_bytes()):
        if reads and reads[-1][0] == seconds:
            reads[-1][1].append(frame)
        else:
            reads.append((seconds, [frame]))
    return reads


def write_tape(
    directory: Path,
    reads: Sequence[Read],
    *,
    began: datetime = BEGAN,
    segment_bytes: int = 16 << 20,
) -> None:
    """Put them on the tape of `main`, with the link's marks and the clock's ticks."""
    tape = Tape(tape_of(directory, "main"), limits=TapeLimits(segment_bytes=segment_bytes))
    tape.open()
    if tape.last_at is None:
        tape.append([SETTINGS], began - timedelta(minutes=1))
    second = 1
    for seconds, frames in reads:
        while second <= seconds:
            tape.append([b"Event: AlloTick"], began + timedelta(seconds=second))
            second += 1
        if tape.is_full:
            tape.rotate()
            tape.append([SETTINGS], began + timedelta(seconds=seconds))
        tape.append(frames, began + timedelta(seconds=seconds))
    live = tape.live_segment
    tape.close()
    pack_full_segments(tape.directory, live)


def told_of(reads: Sequence[Read], *, began: datetime = BEGAN) -> list[CallSnapshot]:
    """What the tracker tells of them, as the call log gets it."""
    tracker, calls = CallTracker(TrackerSettings("main")), dict[UUID, CallSnapshot]()
    for position, (seconds, frames) in enumerate(reads):
        for frame in frames:
            tracker.feed(parse_frame(frame), began + timedelta(seconds=seconds), position)
        calls.update((call.call_id, call) for call in tracker.take_changed())
    return list(calls.values())


@dataclass(frozen=True, slots=True)
class Box:
    """A reader of the tapes in a directory."""

    directory: Path

    @property
    def reader(self) -> TapeReader:
        return TapeReader(self.directory, TrackerSettings)

    def wish(self, call: CallSnapshot, *others: CallSnapshot) -> SliceWish:
        """All that was said of the call, and of those that were folded into it."""
        ended_at = call.ended_at or call.started_at + timedelta(hours=1)
        return SliceWish(
            pbx="main",
            call_id=call.call_id,
            linkedids=(call.linkedid, *(other.linkedid for other in others)),
            from_at=call.started_at - timedelta(seconds=1),
            to_at=ended_at + timedelta(seconds=5),
        )


def main_call(calls: Sequence[CallSnapshot]) -> CallSnapshot:
    """The first call of a stream that was not folded into another."""
    return min((one for one in calls if one.merged_into is None), key=lambda one: one.started_at)
