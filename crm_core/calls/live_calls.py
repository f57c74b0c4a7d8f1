"""Live calls: who has a part in a call, what everybody's screen shows, and what must be told next.

Pure. Frames are the difference between what a screen shows and what it should show, so a call told
twice, late, or only by a snapshot after a gap ends in the same picture.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from crm_core.calls.call_view import NOTHING_SAID, AgentPart, CallView
from crm_core.calls.card import Card, Found
from crm_core.calls.frames import (
    CallEndedFrame,
    CallFrame,
    CallRingingFrame,
    CallUpdatedFrame,
    CallWithdrawnFrame,
    LiveCallView,
)
from crm_core.kernel.call_facts import CallSnapshot, CallStatus, LegOutcome
from crm_core.kernel.phone import Phone

UserAt = Callable[[str], UUID | None]

# What people see change. Legs and running seconds are left out: with fifty phones ringing, every
# phone's change would otherwise be told to the forty-nine others.
_SEEN = (
    *("status", "result", "number", "caller_name", "is_withheld", "did", "queue", "client"),
    *("disposition", "answered_at", "placed_by", "handled_by", "transfers", "merged_into"),
    *("note", "note_version"),
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The part that our people have in a call now."""

    ringing: Mapping[UUID, str]  # whose phone rings for somebody else's call, and which
    present: frozenset[UUID]  # who talks or has dialled

    @property
    def user_ids(self) -> set[UUID]:
        return {*self.ringing, *self.present}


@dataclass(frozen=True, slots=True)
class Shown:
    """What one user's screens show of a call."""

    call: CallView
    extension: str | None  # while it rings there
    card: Card | None


@dataclass(slots=True)
class LiveCall:
    """A call that goes on, with what is known and shown of it."""

    call: CallSnapshot
    phone: Phone
    said: AgentPart = NOTHING_SAID
    chosen: UUID | None = None  # the client whom somebody has picked
    found: dict[datetime, Found] = field(default_factory=dict)  # by the day of who is looking
    is_overdue: bool = False  # the look-up takes too long: cards go out with the number alone
    searched: set[datetime] = field(default_factory=set)  # the days that are being looked up
    shown: dict[UUID, Shown] = field(default_factory=dict)
    about: "LiveCall | None" = None  # the client's call, where a colleague is asked about one
    questions: "dict[UUID, LiveCall]" = field(default_factory=dict)  # asked about this call
    farewell: asyncio.TimerHandle | None = None  # when whoever has left is told so in any case

    def forget_found(self) -> None:
        """The number or the client is another: all must be looked up anew."""
        self.found = {}
        self.searched = set()
        self.is_overdue = False

    @property
    def client_ids(self) -> set[UUID]:
        """The clients that the cards of this call name."""
        named = {match.client.id for found in self.found.values() for match in found.matches}
        return named | {self.chosen} if self.chosen else named

    def for_screen(self, user_id: UUID) -> LiveCallView | None:
        """Return the call as the user's snapshot has it."""
        shown = self.shown.get(user_id)
        if shown is None:
            return None
        fields = {name: getattr(shown.call, name) for name in CallView.model_fields}
        return LiveCallView(**fields, extension=shown.extension, card=shown.card)


def parts_of(call: CallSnapshot, user_at: UserAt) -> Parts:
    """Tell whose phones ring and who is in the call."""
    if call.status is CallStatus.ENDED:
        return Parts({}, frozenset())
    placer = user_at(call.placed_by) if call.placed_by else None
    present = {
        user_id
        for leg in call.legs
        if leg.extension and not leg.ended_at and (leg.answered_at or not leg.rang_at)
        if (user_id := user_at(leg.extension))
    }
    own_legs = [leg for leg in call.legs if leg.extension == call.placed_by]
    if placer and (not own_legs or any(not leg.ended_at for leg in own_legs)):
        present.add(placer)
    ringing: dict[UUID, str] = {}
    for extension in call.ringing_extensions:
        user_id = user_at(extension)
        if user_id and user_id not in present and extension != call.placed_by:
            ringing.setdefault(user_id, extension)
    return Parts(ringing, frozenset(present))


def has_nobody_left(call: CallSnapshot) -> bool:
    """Tell whether a call goes on though all of ours whom it had reached are gone."""
    is_live = call.status is not CallStatus.ENDED
    return is_live and bool(call.legs) and all(leg.ended_at for leg in call.legs)


def is_visibly_changed(before: CallView, after: CallView) -> bool:
    """Tell whether somebody who looks at the call would see a difference."""
    return any(getattr(before, name) != getattr(after, name) for name in _SEEN)


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """Why a phone stopped ringing; `told` is what the tracker said of one extension."""

    call: CallSnapshot
    user_at: UserAt
    name_of: Callable[[UUID | None], str | None]
    told: tuple[str, str, str | None] | None = None

    def frame(self, extension: str) -> CallWithdrawnFrame:
        """Say it for one extension."""
        reason, answered_by = self._reason(extension)
        taker = self.user_at(answered_by) if answered_by else None
        return CallWithdrawnFrame(
            call_id=self.call.call_id,
            extension=extension,
            reason=reason,
            answered_by=answered_by,
            answered_by_name=self.name_of(taker),
        )

    def _reason(self, extension: str) -> tuple[str, str | None]:
        if self.told and self.told[0] == extension:
            return self.told[1], self.told[2]
        takers = (leg.extension for leg in self.call.legs if leg.extension and leg.answered_at)
        taker = next((other for other in takers if other != extension), None)
        outcomes = [leg.outcome for leg in self.call.legs if leg.extension == extension]
        outcome = next((outcome for outcome in reversed(outcomes) if outcome), None)
        if outcome is None or outcome is LegOutcome.ANSWERED:  # it has vanished while ringing
            outcome = LegOutcome.ANSWERED_ELSEWHERE if taker else LegOutcome.CANCELLED
        return outcome.value, taker if outcome is LegOutcome.ANSWERED_ELSEWHERE else None


@dataclass(frozen=True, slots=True)
class Picture:
    """What the screens should show of a call now."""

    view: CallView
    parts: Parts
    cards: Mapping[UUID, Card]  # of those whose phones ring; who has none yet is not shown a ring
    withdrawals: Withdrawals
    may_end: bool = False  # nobody of ours is left in it: its end, with the result, is a moment off


def redraw(live: LiveCall, picture: Picture) -> Iterator[tuple[UUID, CallFrame]]:
    """Bring everybody's screen up to `picture`; gives the frames that do it."""
    for user_id in sorted({*live.shown, *picture.parts.user_ids}, key=str):
        before = live.shown.get(user_id)
        extension = picture.parts.ringing.get(user_id)
        was_ringing = before is not None and before.extension is not None
        card = picture.cards.get(user_id)
        if extension and card is None and was_ringing and before:
            card = before.card
        if extension and card is None:
            continue  # it is being looked up
        if user_id in picture.parts.user_ids:
            after = Shown(picture.view, extension, card if extension else None)
            frame = _change(before, after)
            live.shown[user_id] = after
        elif picture.may_end and not was_ringing:
            continue
        else:
            frame = _end(live.shown.pop(user_id), picture)
        if frame is not None:
            yield user_id, frame


def _end(before: Shown, picture: Picture) -> CallFrame:
    if before.extension is not None:
        return picture.withdrawals.frame(before.extension)
    return CallEndedFrame(call_id=picture.view.id, call=picture.view)


def _change(before: Shown | None, after: Shown) -> CallFrame | None:
    """The one frame that takes a screen from `before` to `after`."""
    view = after.call
    was_ringing = before is not None and before.extension is not None
    if after.extension and after.card and not was_ringing:
        return CallRingingFrame(
            call_id=view.id, call=view, extension=after.extension, card=after.card
        )
    if before is None:
        return CallUpdatedFrame(call_id=view.id, call=view)
    if after.card is not None and after.card != before.card:
        return CallUpdatedFrame(call_id=view.id, call=view, card=after.card)
    has_answered = was_ringing and after.extension is None
    if has_answered or is_visibly_changed(before.call, view):
        return CallUpdatedFrame(call_id=view.id, call=view)
    return None
