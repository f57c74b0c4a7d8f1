"""The black box of a call, as values: what a tape holds of it, and what is made of that today.

Telephony reads tapes and replays them; this is what the rest of the house asks of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from crm_core.calls.traces.masking import Masker
from crm_core.kernel.call_facts import CallSnapshot

TapeState = Literal["whole", "begins_late", "gone"]
"""Whether the tape reaches back to the call: all of it, only from some moment on, or not at all."""

FactKind = Literal["ringing", "updated", "withdrawn", "ended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceWish:
    """Which part of a tape is wanted: all that speaks of this call, between two moments."""

    pbx: str
    call_id: UUID
    linkedids: tuple[str, ...]  # the call's, and those of the consultations folded into it
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TapedFrame:
    """One message on the tape. `sent_at` is Asterisk's own time, where it says one."""

    position: int
    at: datetime
    sent_at: datetime | None
    name: str
    channel: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFact:
    """What the house would be told today, if the slice came in again."""

    at: datetime
    kind: FactKind
    call_id: UUID
    status: str
    result: str | None
    extension: str | None = None
    reason: str | None = None
    answered_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeSlice:
    """What a tape holds of one call. `is_cut`: there is more of it than is read at once."""

    state: TapeState
    is_cut: bool
    begins_at: datetime | None  # since when there is a tape at all
    frames: Sequence[TapedFrame]
    ticks: int  # of our clock among the frames, which say nothing by themselves
    facts: Sequence[ToldFact]
    call: CallSnapshot | None  # as it is told from the slice alone
    extensions: Collection[str]  # our phones that take part
    tracker_version: str


class CallTapes(Protocol):
    """Reads what was kept of what each PBX said. Both take their time: call them in a thread."""

    def read(self, wish: SliceWish) -> TapeSlice:
        """Find what speaks of a call, and replay it."""

    def stream(self, found: TapeSlice, masker: Masker) -> bytes:
        """Write a slice as a recorded stream, without numbers, names and paths."""
