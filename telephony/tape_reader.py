"""The black box's side of telephony: slices of tapes, and what the tracker makes of them."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from crm_core.calls.traces.masking import Masker
from crm_core.calls.traces.view import (
    FactKind,
    SliceWish,
    TapedFrame,
    TapeSlice,
    ToldFact,
)
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.events import CallEnded, CallEvent, CallRinging, CallWithdrawn
from telephony.ami_event import decode, parse_frame
from telephony.link import tape_of
from telephony.slice_stream import write_stream
from telephony.tape_slice import TICK, Taped, find_slice
from telephony.tracker import TRACKER_VERSION, CallTracker, TrackerSettings

SettingsOf = Callable[[str], TrackerSettings]
"""How a PBX is read today; a tape that holds its own settings wins."""


class TapeReader:
    """Reads the tapes under one directory. All of it blocks: call it in a thread."""

    def __init__(self, directory: Path, settings_of: SettingsOf) -> None:
        self._directory = directory
        self._settings_of = settings_of

    def read(self, wish: SliceWish) -> TapeSlice:
        """Find what speaks of a call, and replay it."""
        found = find_slice(tape_of(self._directory, wish.pbx), wish)
        tracker = CallTracker(self._settings_of(wish.pbx))
        facts, calls = _replay(tracker, found.frames)
        spoken = [one for one in found.frames if not one.raw.startswith(TICK)]
        call = next((one for one in calls if one.call_id == wish.call_id), None)
        return TapeSlice(
            state=found.state,
            is_cut=found.is_cut,
            begins_at=found.begins_at,
            frames=[_shown(one) for one in found.frames],
            ticks=len(found.frames) - len(spoken),
            facts=facts,
            call=call,
            extensions=_extensions(calls),
            tracker_version=TRACKER_VERSION,
        )

    def stream(self, found: TapeSlice, masker: Masker) -> bytes:
        """Write a slice as a recorded stream, masked."""
        return write_stream(found.frames, masker)


def _replay(
    tracker: CallTracker, frames: Iterable[Taped]
) -> tuple[list[ToldFact], list[CallSnapshot]]:
    facts: list[ToldFact] = []
    calls: dict[object, CallSnapshot] = {}
    for one in frames:
        events = tracker.feed(parse_frame(one.raw), one.at, one.position)
        facts += [_fact(event) for event in events if isinstance(event, CallEvent)]
        calls.update((call.call_id, call) for call in tracker.take_changed())
    return facts, list(calls.values())


def _fact(event: CallEvent) -> ToldFact:
    kind: FactKind = "updated"
    extension = reason = answered_by = None
    match event:
        case CallRinging():
            kind, extension = "ringing", event.extension
        case CallWithdrawn():
            kind, extension = "withdrawn", event.extension
            reason, answered_by = event.reason, event.answered_by
        case CallEnded():
            kind = "ended"
    return ToldFact(
        at=event.at,
        kind=kind,
        call_id=event.call.call_id,
        status=event.call.status.value,
        result=event.call.result.value if event.call.result else None,
        extension=extension,
        reason=reason,
        answered_by=answered_by,
    )


def _shown(one: Taped) -> TapedFrame:
    ami = parse_frame(one.raw)
    return TapedFrame(
        position=one.position,
        at=one.at,
        sent_at=_moment(ami.get("Timestamp")),
        name=ami.get("Event", "?"),
        channel=ami.get("DestChannel") or ami.get("Channel"),
        text=decode(one.raw),
    )


def _moment(stamp: str | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(stamp), UTC) if stamp else None
    except (ValueError, OverflowError, OSError):
        return None


def _extensions(calls: Iterable[CallSnapshot]) -> frozenset[str]:
    found = {leg.extension for call in calls for leg in call.legs}
    found |= {call.placed_by for call in calls} | {call.handled_by for call in calls}
    return frozenset(one for one in found if one)
