"""The floor: which calls live, who sits where, whose line does what. A view on the bus, in memory.

Lossy by right: what it holds is replaced by the next snapshot of the link.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from crm_core.calls.agents import AgentDirectory
from crm_core.calls.live_calls import parts_of
from crm_core.insight.board_view import AgentState
from crm_core.kernel.call_facts import CallSnapshot, CallStatus
from crm_core.kernel.events import (
    CallEvent,
    CallsReplaced,
    Event,
    LinkChanged,
    LinkRemoved,
    QueueMemberFact,
    QueueMembersChanged,
)

HasScreen = Callable[[UUID], bool]

WRITTEN_SECONDS = 0.6  # the call log follows an ended call by less: then today is counted anew


@dataclass(frozen=True, slots=True)
class Seat:
    """One of our people at one phone, and what the line does."""

    user_id: UUID
    pbx: str
    extension: str
    state: AgentState
    since: datetime
    pause_reason: str | None
    call_id: UUID | None
    queues: tuple[str, ...]


class Floor:
    """Subscribe `on_event`; `changed` is set whenever something may look different."""

    def __init__(self, directory: AgentDirectory, has_screen: HasScreen) -> None:
        self._directory = directory
        self._has_screen = has_screen
        self._calls: dict[UUID, CallSnapshot] = {}
        self._members: dict[str, tuple[QueueMemberFact, ...]] = {}
        self._states: dict[tuple[str, str], tuple[AgentState, datetime]] = {}
        self._written_up: dict[tuple[str, UUID], datetime] = {}
        self.links: dict[str, LinkChanged] = {}
        self.changed = asyncio.Event()
        self.ended = 0
        """How many calls have ended: today's figures are another when it grows."""

    async def on_event(self, event: Event) -> None:
        """Take what happened: to a call, to a link, or in a queue."""
        match event:
            case CallsReplaced():
                kept = {k: call for k, call in self._calls.items() if call.pbx != event.pbx}
                self._calls = kept | {call.call_id: call for call in event.calls}
            case LinkChanged():
                self.links[event.pbx] = event
            case LinkRemoved():
                self.links.pop(event.pbx, None)
                self._members.pop(event.pbx, None)
            case QueueMembersChanged():
                self._members[event.pbx] = event.members
            case CallEvent():
                self._take(event.call)
        self.changed.set()

    def _take(self, call: CallSnapshot) -> None:
        if call.status is CallStatus.ENDED:
            self._calls.pop(call.call_id, None)
            self.ended += 1
            self._begin_wrap_up(call)
            asyncio.get_running_loop().call_later(WRITTEN_SECONDS, self.changed.set)
        else:
            self._calls[call.call_id] = call

    def _begin_wrap_up(self, call: CallSnapshot) -> None:
        """Who spoke last with a queue's caller writes the talk up, as long as the queue gives."""
        seconds = self._directory.wrap_up_seconds(call.pbx, call.queue) if call.queue else 0
        handler = call.handled_by
        user_id = self._directory.user_at(call.pbx, handler) if handler else None
        if not seconds or user_id is None or call.ended_at is None:
            return
        self._written_up[call.pbx, user_id] = call.ended_at + timedelta(seconds=seconds)
        asyncio.get_running_loop().call_later(seconds, self.changed.set)

    def end_wrap_up(self, user_id: UUID) -> None:
        """They say that it is done."""
        for key in [key for key in self._written_up if key[1] == user_id]:
            del self._written_up[key]
            self.changed.set()

    @property
    def calls(self) -> list[CallSnapshot]:
        """The calls that go on, the oldest first."""
        return sorted(self._calls.values(), key=lambda call: (call.started_at, str(call.call_id)))

    def queue_names(self) -> set[tuple[str, str]]:
        """Every queue that has members or callers, as (pbx, name)."""
        of_members = {(pbx, one.queue) for pbx, members in self._members.items() for one in members}
        return of_members | {(call.pbx, call.queue) for call in self.calls if call.queue}

    def members_of(self, pbx: str, queue: str) -> list[QueueMemberFact]:
        """Who answers a queue."""
        return [one for one in self._members.get(pbx, ()) if one.queue == queue]

    def waiting(self, pbx: str, queue: str) -> list[datetime]:
        """Since when callers wait in a queue and nobody has answered them, the longest first."""
        return sorted(
            visit.entered_at
            for call in self._calls.values()
            if call.pbx == pbx and call.answered_at is None
            for visit in call.queues
            if visit.name == queue and visit.left_at is None
        )

    def users_in(self, call: CallSnapshot) -> list[UUID]:
        """Whose phones ring for it or are in it."""
        parts = parts_of(call, partial(self._directory.user_at, call.pbx))
        return sorted(parts.user_ids, key=str)

    def remember(self, now: datetime) -> None:
        """Note whose state is new, for those who look later."""
        for _seat in self.seats(now):
            pass

    def seats(self, now: datetime) -> Iterator[Seat]:
        """Everybody who has a phone, with what it does; a state that is new begins now."""
        busy: dict[tuple[str, UUID], tuple[AgentState, CallSnapshot]] = {}
        for call in self.calls:
            parts = parts_of(call, partial(self._directory.user_at, call.pbx))
            for user_id in parts.ringing:
                busy.setdefault((call.pbx, user_id), ("ringing", call))
            for user_id in parts.present:
                busy[call.pbx, user_id] = ("on_call", call)
        for user_id in self._directory.user_ids():
            for pbx, extension in self._directory.extensions_of(user_id):
                yield self._seat(user_id, pbx, extension, busy.get((pbx, user_id)), now)

    def _seat(
        self,
        user_id: UUID,
        pbx: str,
        extension: str,
        busy: tuple[AgentState, CallSnapshot] | None,
        now: datetime,
    ) -> Seat:
        own = [one for one in self._members.get(pbx, ()) if one.extension == extension]
        paused = [one for one in own if one.is_paused]
        link = self.links.get(pbx)
        state: AgentState = "ready"
        if link is None or not link.is_up:
            state = "lost"
        elif busy:
            state = busy[0]
        elif own and not any(one.is_reachable for one in own):
            state = "offline"
        elif paused and len(paused) == len(own):
            state = "paused"
        elif self._written_up.get((pbx, user_id), now) > now:
            state = "wrap_up"
        elif not own and not self._has_screen(user_id):
            state = "offline"
        key = (pbx, extension)
        known, since = self._states.get(key, (None, now))
        if known != state:
            since = now
        self._states[key] = (state, since)
        return Seat(
            user_id=user_id,
            pbx=pbx,
            extension=extension,
            state=state,
            since=since,
            pause_reason=paused[0].pause_reason if paused else None,
            call_id=busy[1].call_id if busy and state == busy[0] else None,
            queues=tuple(sorted({one.queue for one in own})),
        )
