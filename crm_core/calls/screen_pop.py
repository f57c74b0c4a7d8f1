"""Screen pop: the caller's card on the screens of exactly the agents whose phones ring.

The one subscriber that holds live calls. Each event brings the whole call; what differs from what
the screens show is told to them. All of it can be drawn afresh from `CallsReplaced`.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_view import CallView, ClientRef, read_other_side, view_snapshot
from crm_core.calls.card_finder import CardFinder
from crm_core.calls.consultations import connect_question, is_concerned
from crm_core.calls.frames import LinkChangedFrame, LinkView, LiveCallView
from crm_core.calls.greeting import day_start
from crm_core.calls.live_calls import (
    LiveCall,
    Parts,
    Picture,
    Withdrawals,
    has_nobody_left,
    parts_of,
    redraw,
)
from crm_core.calls.live_cards import Shape, draw_cards
from crm_core.calls.proof_of_pop import ProofOfPop
from crm_core.calls.said import load_said
from crm_core.kernel.call_facts import CallSnapshot, CallStatus
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.events import (
    CallEvent,
    CallsReplaced,
    CallWithdrawn,
    Event,
    LinkChanged,
    RecordChanged,
)
from crm_core.kernel.figures import Figure
from crm_core.kernel.frames import Frame, Screens

logger = logging.getLogger(__name__)

REFRESH_SECONDS = 0.1  # an import changes thousands of clients: they are looked at together
SAID_SECONDS = 2.0  # longer than this the events of other calls do not wait
FAREWELL_SECONDS = 0.5  # an agent's line goes a moment before the caller's, and the call with it
DEFAULT_REGION = "RU"


class ScreenPop:
    """Holds live calls and their cards; subscribe `on_call_event` and `on_record_changed`."""

    def __init__(
        self,
        database: Database,
        directory: AgentDirectory,
        screens: Screens,
        regions: Mapping[str, str],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._directory = directory
        self._screens = screens
        self._regions = regions
        self._clock = clock
        self._live: dict[UUID, LiveCall] = {}
        self._links: dict[str, LinkView] = {}
        self._finder = CardFinder(database, self._draw)
        self._proof = ProofOfPop(database, screens.has_screen)
        self._clients_changed = asyncio.Event()
        self._is_running = False

    async def run(self) -> None:
        """Do what must not hold the events up, until cancelled."""
        async with asyncio.TaskGroup() as workers:
            self._finder.work_in(workers)
            self._is_running = True
            try:
                workers.create_task(self._proof.run(), name="proof of pop")
                await self._refresh_when_clients_change()
            finally:
                self._is_running = False
                self._finder.work_in(None)

    async def on_call_event(self, event: Event) -> None:
        """Take in what telephony tells."""
        match event:
            case CallWithdrawn():
                told = (event.extension, event.reason, event.answered_by)
                await self._take(event.call, told)
            case CallEvent():
                await self._take(event.call)
            case CallsReplaced():
                await self._replace(event)
            case LinkChanged():
                self._link_changed(event)

    async def on_record_changed(self, event: RecordChanged) -> None:
        """Bring calls and cards up to what people have just written."""
        match event.kind:
            case "client" if self._is_running:
                self._clients_changed.set()
            case "client":
                await self._refresh_all()
            case "call" if event.record_id in self._live:
                await self._read_said([event.record_id])
            case "user":
                await self._directory.reload(self._database)
                await self.redraw_all()

    async def redraw_all(self) -> None:
        """Look at every live call again, after people or phones have changed."""
        for live in list(self._live.values()):
            await self._find(live)
            self._draw(live)

    def snapshot(self, user_id: UUID) -> list[LiveCallView]:
        """Return what this user's screens show now; frames shown later go on from it."""
        shown = (live.for_screen(user_id) for live in self._live.values())
        return sorted((call for call in shown if call), key=lambda call: call.started_at)

    def links(self) -> tuple[LinkView, ...]:
        """Return the state of the link to each PBX."""
        return tuple(self._links.values())

    def painted(self, user_id: UUID, call_id: UUID, at: datetime) -> None:
        """A card stands on a page that somebody can see."""
        self._proof.painted(call_id, user_id, at)

    def dismissed(self, user_id: UUID, call_id: UUID) -> None:
        """Somebody has put a card aside."""
        self._proof.dismissed(call_id, user_id, self._clock())

    def concerns(self, user_id: UUID, client_id: UUID) -> bool:
        """Tell whether a live call of this user has to do with that client, or may have."""
        return is_concerned(user_id, client_id, self._live.values())

    def live_call(self, call_id: UUID) -> CallSnapshot | None:
        """Return a call that goes on."""
        live = self._live.get(call_id)
        return live.call if live else None

    def figures(self) -> Sequence[Figure]:
        """Return what became of the cards since the start."""
        return self._proof.figures.told(self._clock())

    async def flush_proof(self) -> None:
        """Write the proof of pop now. For shutdown and tests."""
        await self._proof.flush()

    async def _take(
        self, call: CallSnapshot, told: tuple[str, str, str | None] | None = None
    ) -> None:
        live = self._live.get(call.call_id)
        if live is None:
            if call.status is CallStatus.ENDED:
                return
            live = LiveCall(call, read_other_side(call, self._region(call.pbx)))
            self._live[call.call_id] = live
        elif (phone := read_other_side(call, self._region(call.pbx))) != live.phone:
            live.phone = phone  # learnt late: the card is looked up anew and replaced in place
            live.forget_found()
        live.call = call
        await self._find(live)
        self._draw(live, told)
        if call.status is CallStatus.ENDED:
            self._live.pop(call.call_id, None)

    async def _replace(self, event: CallsReplaced) -> None:
        """Draw one PBX afresh; calls that are no longer there leave the screens as ended."""
        told = {call.call_id for call in event.calls}
        for live in [one for one in self._live.values() if one.call.pbx == event.pbx]:
            if live.call.call_id not in told:
                ended = replace(live.call, status=CallStatus.ENDED, ended_at=event.at)
                await self._take(ended)
        for call in event.calls:
            await self._take(call)
        if event.calls:
            await self._read_said(list(told))

    def _link_changed(self, event: LinkChanged) -> None:
        self._links[event.pbx] = LinkView(
            pbx=event.pbx, is_up=event.is_up, reason=event.reason, since=event.at
        )
        frame = LinkChangedFrame(pbx=event.pbx, is_up=event.is_up, reason=event.reason, at=event.at)
        for user_id in self._directory.user_ids():
            self._show(user_id, frame)

    async def _read_said(self, call_ids: list[UUID]) -> None:
        """Fetch what people have said of these calls; without a database the call goes on."""
        try:
            async with asyncio.timeout(SAID_SECONDS), self._database.read() as session:
                rows = await load_said(session, call_ids)
        except Exception:
            logger.warning("what was said of %d live calls cannot be read", len(call_ids))
            return
        for call_id, said in rows.items():
            live = self._live.get(call_id)
            if live is None:
                continue
            live.said = said.part
            if said.chosen != live.chosen:
                live.chosen = said.chosen
                live.forget_found()
                await self._find(live)
            self._draw(live)

    async def _refresh_when_clients_change(self) -> None:
        while True:
            await self._clients_changed.wait()
            await asyncio.sleep(REFRESH_SECONDS)
            self._clients_changed.clear()
            await self._refresh_all()

    async def _refresh_all(self) -> None:
        for live in list(self._live.values()):
            await self._finder.refresh(live)
            self._draw(live)
            await asyncio.sleep(0)  # rings go first

    async def _find(self, live: LiveCall) -> None:
        users = self._parts(live).user_ids
        await self._finder.find(live, {self._day(user_id) for user_id in users})

    def _draw(
        self,
        live: LiveCall,
        told: tuple[str, str, str | None] | None = None,
        *,
        may_end: bool = True,
    ) -> None:
        """Bring all screens up to what is known of the call."""
        if self._live.get(live.call.call_id) is not live:
            return  # it has ended meanwhile
        parts = self._parts(live)
        if not parts.user_ids and not live.shown:
            return
        view = self._view(live)
        about = connect_question(live, self._live.values())
        shape = Shape(view, self._view(about) if about else None)
        picture = Picture(
            view=view,
            parts=parts,
            cards=draw_cards(live, shape, parts, self._directory, now=self._clock()),
            withdrawals=Withdrawals(
                live.call, self._user_at(live.call.pbx), self._directory.name_of, told
            ),
            may_end=may_end and has_nobody_left(live.call),
        )
        for user_id, frame in redraw(live, picture):
            self._show(user_id, frame)
            self._proof.note(live.call, user_id, frame, self._clock())
        if live.farewell is None and live.shown.keys() - parts.user_ids:
            loop = asyncio.get_running_loop()
            live.farewell = loop.call_later(FAREWELL_SECONDS, self._say_farewell, live)
        for question in list(live.questions.values()):
            self._draw(question)

    def _say_farewell(self, live: LiveCall) -> None:
        """The call goes on without those who have left it: in a menu, in a queue, parked."""
        live.farewell = None
        self._draw(live, may_end=False)

    def _view(self, live: LiveCall) -> CallView:
        said = live.said
        if said.client is None:
            found = next((f.client for f in live.found.values() if f.client), None)
            if found:
                said = replace(said, client=ClientRef(id=found.id, name=found.name))
        return view_snapshot(
            live.call,
            region=self._region(live.call.pbx),
            user_at=self._user_at(live.call.pbx),
            said=said,
        )

    def _show(self, user_id: UUID, frame: Frame) -> None:
        try:
            self._screens.show(user_id, frame)
        except Exception:  # one broken screen must not keep the others from ringing
            logger.exception("a frame could not be shown to user %s", user_id)

    def _parts(self, live: LiveCall) -> Parts:
        return parts_of(live.call, self._user_at(live.call.pbx))

    def _day(self, user_id: UUID) -> datetime:
        return day_start(self._clock(), self._directory.viewer(user_id).time_zone)

    def _user_at(self, pbx: str) -> Callable[[str], UUID | None]:
        return lambda extension: self._directory.user_at(pbx, extension)

    def _region(self, pbx: str) -> str:
        return self._regions.get(pbx, DEFAULT_REGION)
