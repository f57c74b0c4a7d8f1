"""Feed streams to a fresh tracker and keep all that it tells."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.events import CallEnded, CallEvent, CallRinging, CallWithdrawn
from telephony.ami_event import AmiEvent, parse_capture
from telephony.tracker import CallTracker, TrackerSettings

CAPTURES = Path(__file__).parents[3] / "fixtures" / "ami"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SETTINGS = TrackerSettings("main")

Timed = tuple[datetime, AmiEvent]

RECORDED = (
    "attended_transfer_feature",
    "blind_transfer_feature",
    "cid_8",
    "cid_anonymous",
    "cid_name_cyrillic",
    "click2call_answered",
    "direct_answered",
    "direct_caller_hangs_ringing",
    "direct_no_answer",
    "group_answered",
    "internal_answered",
    "outbound_answered",
    "queue_abandoned",
    "queue_ringall_answered",
    "queue_rrmemory_rna_then_answer",
    "recorded_dialplan",
)
"""Streams recorded with every class of events, all told in detail by `test_recorded_calls`."""

ALL_CAPTURES = tuple(sorted(path.stem for path in CAPTURES.glob("*.ami")))

CALLS = tuple(name for name in ALL_CAPTURES if name != "unknown_did")
"""Streams in which anybody calls at all."""


@cache
def capture(name: str) -> tuple[Timed, ...]:
    """A recorded stream, its times counted from START."""
    raw = (CAPTURES / f"{name}.ami").read_bytes()
    return tuple((START + after, ami) for after, ami in parse_capture(raw))


def truth(name: str) -> dict[str, Any]:
    """What really happened, as the phones and the script of the recording saw it."""
    text = (CAPTURES / f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["truth"]
    return found


def phones(name: str) -> list[dict[str, Any]]:
    """Each SIP leg as its phone saw it, with moments in seconds since START."""
    text = (CAPTURES / f"{name}.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["phones"]
    return found


def files_written(name: str) -> list[str]:
    """The recordings that the PBX had written when the call was over, below its spool."""
    text = (CAPTURES / f"{name}.json").read_text(encoding="utf-8")
    return [recording["file"] for recording in json.loads(text).get("recordings", ())]


@dataclass
class Told:
    """What a tracker told of a stream."""

    tracker: CallTracker = field(default_factory=lambda: CallTracker(SETTINGS))
    events: list[CallEvent] = field(default_factory=list)
    calls: dict[UUID, CallSnapshot] = field(default_factory=dict)
    fed: int = 0

    def feed(self, frames: Iterable[Timed]) -> "Told":
        for at, ami in frames:
            for event in self.tracker.feed(ami, at, self.fed):
                assert isinstance(event, CallEvent)
                self.events.append(event)
            self.fed += 1
            for call in self.tracker.take_changed():
                self.calls[call.call_id] = call
        return self

    @property
    def call(self) -> CallSnapshot:
        """The only call that was told, folded consultations apart."""
        (call,) = [call for call in self.calls.values() if call.merged_into is None]
        return call

    def story(self) -> list[str]:
        """Rings, withdrawals and ends in the order they were told."""
        return [line for event in self.events if (line := _sentence(event))]


def _sentence(event: CallEvent) -> str:
    match event:
        case CallRinging():
            return f"{event.extension} rings"
        case CallWithdrawn(answered_by=None):
            return f"{event.extension} withdrawn: {event.reason}"
        case CallWithdrawn():
            return f"{event.extension} withdrawn: {event.reason} by {event.answered_by}"
        case CallEnded():
            return "ended"
    return ""


def replay(name: str, keep: Callable[[AmiEvent], bool] = lambda _ami: True) -> Told:
    """Feed a recorded stream to a fresh tracker."""
    return Told().feed((at, ami) for at, ami in capture(name) if keep(ami))


def tick(at: datetime, seconds: float) -> list[Timed]:
    """The clock's ticks for a while after a moment."""
    moments = [at + timedelta(seconds=second) for second in range(1, int(seconds) + 1)]
    return [(moment, {"Event": "AlloTick"}) for moment in moments]


def legs_of(call: CallSnapshot) -> list[tuple[str, str]]:
    """The call's legs as (who, outcome), in order."""
    return [
        (leg.extension or leg.raw_number or "?", leg.outcome.value if leg.outcome else "open")
        for leg in call.legs
    ]
