"""One's own line as a screen shows it: what one's phones do, all in one word, and until when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from crm_core.calls.agents.state import AgentState
from crm_core.calls.frames import LinkView, LiveCallView
from crm_core.insight.floor import Floor, Seat
from crm_core.insight.wrap_up_clock import WrapUp
from crm_core.kernel.frames import Frame

# Of several phones the busiest speaks; then the one that can be called.
_RANK: dict[AgentState, int] = {
    "on_call": 0,
    "ringing": 1,
    "wrap_up": 2,
    "ready": 3,
    "paused": 4,
    "lost": 5,
    "offline": 6,
}


@dataclass(frozen=True, slots=True)
class KnownLine:
    """What a line is drawn from; cheap to compare."""

    seats: tuple[Seat, ...]
    wrap_up: WrapUp | None


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class WrapUpView(_View):
    """The talk that is being written up, and until when no queue calls."""

    call_id: UUID
    began_at: datetime
    until_at: datetime


class LinePhone(_View):
    """One phone of theirs, and what its line does."""

    pbx: str
    extension: str
    state: AgentState
    queues: tuple[str, ...]


class AgentLine(_View):
    """What somebody's line does; without a phone there is no state.

    `pause_reason` is a reason's code, or the text with which somebody was paused at the PBX.
    """

    user_id: UUID
    at: datetime
    state: AgentState | None
    since: datetime | None
    pause_reason: str | None
    wrap_up: WrapUpView | None
    phones: tuple[LinePhone, ...]


class SnapshotFrame(Frame):
    """All that concerns this user now; what a screen showed before is forgotten."""

    type: Literal["snapshot"] = "snapshot"
    at: datetime
    calls: tuple[LiveCallView, ...]
    links: tuple[LinkView, ...]
    line: AgentLine | None = None


class AgentLineFrame(Frame):
    """One's own line has changed."""

    type: Literal["agent.line"] = "agent.line"
    line: AgentLine


class PhoneTakenFrame(Frame):
    """Somebody else sits at this phone now: its calls are theirs."""

    type: Literal["phone.taken"] = "phone.taken"
    pbx: str
    extension: str
    by_name: str


def line_of(floor: Floor, user_id: UUID, now: datetime) -> AgentLine:
    """What somebody's line does now."""
    seats = [seat for seat in floor.seats(now) if seat.user_id == user_id]
    return view_of(user_id, KnownLine(tuple(seats), floor.wrap_ups.of(user_id, now)), now)


def known_lines(floor: Floor, now: datetime) -> dict[UUID, KnownLine]:
    """What is known of everybody who has a phone; the floor is looked at once."""
    seats: dict[UUID, list[Seat]] = {}
    for seat in floor.seats(now):
        seats.setdefault(seat.user_id, []).append(seat)
    return {
        user_id: KnownLine(tuple(own), floor.wrap_ups.of(user_id, now))
        for user_id, own in seats.items()
    }


def view_of(user_id: UUID, known: KnownLine, now: datetime) -> AgentLine:
    """Put it into the words of the wire."""
    first = min(known.seats, key=lambda seat: _RANK[seat.state], default=None)
    wrap_up = known.wrap_up
    return AgentLine(
        user_id=user_id,
        at=now,
        state=first.state if first else None,
        since=first.since if first else None,
        pause_reason=first.pause_reason if first else None,
        wrap_up=WrapUpView.model_validate(wrap_up, from_attributes=True) if wrap_up else None,
        phones=tuple(LinePhone.model_validate(seat, from_attributes=True) for seat in known.seats),
    )
