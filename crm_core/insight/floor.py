"""The floor: which calls live, who sits where, whose line does what. A view on the bus, in memory.

Lossy by right: what it holds is replaced by the next snapshot of the link.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.agents.state import (
    AgentState,
    LineFacts,
    pause_reason_of,
    state_of,
)
from crm_core.calls.live_calls import parts_of
from crm_core.insight.screens_seen import HasScreen, ScreensSeen
from crm_core.insight.wrap_up_clock import WrapUp, WrapUpClock
from crm_core.kernel.call_facts import CallSnapshot, CallStatus
from crm_core.kernel.clock import utc_now
from crm_core.kernel.events import (
    CallEvent,
    CallsReplaced,
    Event,
    LinkChanged,
    LinkRemoved,
    QueueMemberFact,
    QueueMembersChanged,
    SessionsEnded,
)

Listener = Callable[[Event], None]
Busy = dict[tuple[str, UUID], tuple[bool, CallSnapshot]]

SOMEBODY = UUID(int=0)
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
    """Subscribe `on_event`; whoever follows it takes an event of their own from `watch`."""

    def __init__(self, directory: AgentDirectory, has_screen: HasScreen) -> None:
        self._directory = directory
        self._screens = ScreensSeen(has_screen, self.stir)
        self._calls: dict[UUID, CallSnapshot] = {}
        self._members: dict[str, tuple[QueueMemberFact, ...]] = {}
        self._listed: set[str] = set()
        self._places: dict[tuple[str, str], tuple[QueueMemberFact, ...]] = {}
        self._states: dict[tuple[UUID, str, str], tuple[AgentState, str | None, datetime]] = {}
        self._watchers: set[asyncio.Event] = set()
        self.listeners: list[Listener] = []
        """Told of each event in its turn, when the floor has taken it."""
        self.wrap_ups = WrapUpClock(self._wrap_up_changed)
        self.on_wrap_up: Callable[[UUID], None] = lambda _user_id: None
        self.links: dict[str, LinkChanged] = {}
        self.ended = 0
        """How many calls have ended: today's figures are another when it grows."""

    async def on_event(self, event: Event) -> None:
        """Take what happened: to a call, to a link, in a queue, to somebody's sessions."""
        match event:
            case CallsReplaced():
                kept = {k: call for k, call in self._calls.items() if call.pbx != event.pbx}
                self._calls = kept | {call.call_id: call for call in event.calls}
            case LinkChanged():
                self.links[event.pbx] = event
                self._listed.discard(event.pbx)
            case LinkRemoved():
                self.links.pop(event.pbx, None)
                self._keep_members(event.pbx, ())
            case QueueMembersChanged():
                self._keep_members(event.pbx, event.members)
                if event.is_listed:
                    self._listed.add(event.pbx)
            case CallEvent():
                self._take(event.call)
            case SessionsEnded():
                self._screens.said_farewell(event.user_id, event.at)
        self.stir()
        for listener in self.listeners:
            listener(event)

    def stir(self) -> None:
        """Something may look different: all who follow look again."""
        for watcher in self._watchers:
            watcher.set()

    @contextmanager
    def watch(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever something may look different."""
        watcher = asyncio.Event()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    async def until(self, is_so: Callable[[], bool], seconds: float) -> bool:
        """Wait until it is so, at most so long; whether it came to that."""
        with self.watch() as stirred, suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not is_so():
                    await stirred.wait()
                    stirred.clear()
        return is_so()

    def _keep_members(self, pbx: str, members: tuple[QueueMemberFact, ...]) -> None:
        self._members[pbx] = members
        places: dict[tuple[str, str], tuple[QueueMemberFact, ...]] = {}
        for one in members:
            if one.extension:
                places[pbx, one.extension] = (*places.get((pbx, one.extension), ()), one)
        self._places = {k: v for k, v in self._places.items() if k[0] != pbx} | places

    def _take(self, call: CallSnapshot) -> None:
        before = self._calls.get(call.call_id)
        self._begin_wrap_ups(before, call)
        if call.status is CallStatus.ENDED:
            self._calls.pop(call.call_id, None)
            self.ended += 1
            asyncio.get_running_loop().call_later(WRITTEN_SECONDS, self.stir)
        else:
            self._calls[call.call_id] = call

    def _begin_wrap_ups(self, before: CallSnapshot | None, call: CallSnapshot) -> None:
        """Who spoke with a queue's caller writes the talk up, as long as the queue gives.

        It begins when their own part is over: whoever passed the caller on is done before the call.
        """
        seconds = self._directory.wrap_up_seconds(call.pbx, call.queue) if call.queue else 0
        if not seconds:
            return
        handlers = {call.handled_by, before.handled_by if before else None}
        over = {leg.key for leg in before.legs if leg.ended_at} if before else set()
        for leg in call.legs:
            if not leg.answered_at or not leg.ended_at or leg.key in over:
                continue
            if leg.extension and leg.extension in handlers:
                until = leg.ended_at + timedelta(seconds=seconds)
                self._begin_wrap_up(call, leg.extension, leg.ended_at, until)

    def _begin_wrap_up(
        self, call: CallSnapshot, extension: str, began_at: datetime, until_at: datetime
    ) -> None:
        user_id = self._directory.user_at(call.pbx, extension)
        if user_id is None:
            return
        wrap_up = WrapUp(
            user_id=user_id,
            call_id=call.call_id,
            pbx=call.pbx,
            extension=extension,
            began_at=began_at,
            until_at=until_at,
        )
        self.wrap_ups.begin(wrap_up, utc_now())

    def _wrap_up_changed(self, user_id: UUID) -> None:
        self.stir()
        self.on_wrap_up(user_id)

    def end_wrap_up(self, user_id: UUID) -> None:
        """They say that it is done."""
        self.wrap_ups.end(user_id)

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

    def places_at(self, pbx: str, extension: str) -> tuple[QueueMemberFact, ...]:
        """The places in queues that belong to a phone, whatever the PBX calls it there."""
        return self._places.get((pbx, extension), ())

    def is_in_use(self, pbx: str, extension: str) -> bool:
        """Whether a phone rings or is in a call, whoever sits there."""
        calls = [call for call in self._calls.values() if call.pbx == pbx]
        return any(parts_of(call, {extension: SOMEBODY}.get).user_ids for call in calls)

    def knows_places(self, pbx: str) -> bool:
        """Whether a PBX is heard and has named its queues' members since it is."""
        link = self.links.get(pbx)
        return link is not None and link.is_up and pbx in self._listed

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

    def seats(self, now: datetime) -> list[Seat]:
        """Everybody who has a phone, with what it does; a state that is new begins now."""
        busy = self._busy()
        taken = self._directory.taken_seats()
        seats = [self._seat(seat, busy.get((seat[1], seat[0])), now) for seat in taken]
        if len(self._states) > len(taken):  # somebody sits elsewhere now, or nowhere
            self._states = {key: self._states[key] for key in taken}
        return seats

    def _busy(self) -> Busy:
        """Who rings or is in a call, as (is in it, call): a talk is never hidden by a ring."""
        busy: Busy = {}
        for call in self.calls:
            parts = parts_of(call, partial(self._directory.user_at, call.pbx))
            for user_id in parts.ringing:
                busy.setdefault((call.pbx, user_id), (False, call))
            for user_id in parts.present:
                busy[call.pbx, user_id] = (True, call)
        return busy

    def _seat(
        self, key: tuple[UUID, str, str], busy: tuple[bool, CallSnapshot] | None, now: datetime
    ) -> Seat:
        user_id, pbx, extension = key
        places, link = self.places_at(pbx, extension), self.links.get(pbx)
        has_screen, has_lost = self._screens.look(user_id, now)
        state = state_of(
            LineFacts(
                is_link_up=link is not None and link.is_up,
                is_in_call=busy is not None and busy[0],
                is_ringing=busy is not None and not busy[0],
                places=places,
                is_writing_up=self.wrap_ups.of(user_id, now) is not None,
                has_screen=has_screen,
                has_lost_screen=has_lost,
            )
        )
        reason = pause_reason_of(places)
        told = (state, reason if state == "paused" else None)
        *known, since = self._states.get(key, (None, None, now))
        since = since if tuple(known) == told else now
        self._states[key] = (*told, since)
        return Seat(
            user_id=user_id,
            pbx=pbx,
            extension=extension,
            state=state,
            since=since,
            pause_reason=reason,
            call_id=busy[1].call_id if busy and state in ("on_call", "ringing") else None,
            queues=tuple(sorted({one.queue for one in places})),
        )
