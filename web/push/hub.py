"""Push hub: who has a screen open, and what is still to be told to each. It knows no sockets.

Every tab gets a snapshot first and numbered frames after it. Nothing here waits: a frame goes
into the outboxes of a user's tabs at once, and a tab that does not read is cut off when its
outbox is full. It comes back to a fresh snapshot, so nothing is lost.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from crm_core.calls.frames import LinkChangedFrame, LinkView, LiveCallView
from crm_core.insight.agent_line import AgentLine, SnapshotFrame
from crm_core.kernel.clock import utc_now
from crm_core.kernel.errors import CrmError
from crm_core.kernel.events import LinkChanged, LinkRemoved, SessionsEnded
from crm_core.kernel.frames import Frame
from web.visitors import session_key

logger = logging.getLogger(__name__)

OUTBOX_BYTES = 1024 * 1024
OUTBOX_FRAMES = 1_000
TABS_PER_USER = 50

LiveCalls = Callable[[UUID], Sequence[LiveCallView]]
"""All calls that concern a user now, cards included; synchronous, so that nothing slips between."""
FindLine = Callable[[UUID], AgentLine | None]
"""What a user's line does now."""
OnDismissed = Callable[[UUID, UUID], None]
"""Told when this user (first) has hidden the card of this call (second)."""

Sink = Callable[[bytes], bool]
"""Writes a frame to the browser at once, or says that the browser is not keeping up."""


class TooManyTabs(CrmError):
    """This user has more tabs open than anybody works with."""

    code = "too_many_tabs"


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Why a tab is parted from, as WebSocket close code and reason."""

    code: int
    reason: str


GONE = Goodbye(1000, "")
GOING_AWAY = Goodbye(1001, "the server is stopping")
NOT_UNDERSTOOD = Goodbye(1008, "too much that was not understood")
TOO_SLOW = Goodbye(1013, "too slow")
SESSION_ENDED = Goodbye(4401, "session ended")


@dataclass(slots=True)
class Figures:
    """What the hub has counted since the start."""

    frames: int = 0
    tabs_cut_off: int = 0
    rubbish: int = 0
    connections_refused: int = 0


class Outbox:
    """What one tab is still to be told. Frames get their numbers as they leave: none is lost."""

    def __init__(self, user_id: UUID, session_key: str) -> None:
        self.user_id = user_id
        self.session_key = session_key
        self.goodbye: asyncio.Future[Goodbye] = asyncio.get_running_loop().create_future()
        self.sink: Sink | None = None
        self.board_key: object = None
        """Whose board this tab was told last; None: none, or it has lost its place."""
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._filled = asyncio.Event()
        self._seq = 0

    def put(self, body: bytes) -> bool:
        """Tell the tab; False when that was too much for it."""
        if self.goodbye.done():
            return True
        if not self._waiting and self.sink and self.sink(self._number(body)):
            self._seq += 1
            return True
        is_full = self._waiting_bytes + len(body) > OUTBOX_BYTES or (
            len(self._waiting) >= OUTBOX_FRAMES
        )
        if self._waiting and is_full:
            self.part(TOO_SLOW)
            return False
        self._waiting.append(body)
        self._waiting_bytes += len(body)
        self._filled.set()
        return True

    def replace(self, body: bytes) -> None:
        """Forget what waits and tell this instead: a snapshot stands for all before it."""
        self._forget()
        self.put(body)

    async def next(self) -> bytes:
        """Wait for the next frame and take it."""
        while not self._waiting:
            await self._filled.wait()
        body = self._waiting.popleft()
        self._waiting_bytes -= len(body)
        if not self._waiting:
            self._filled.clear()
        frame = self._number(body)
        self._seq += 1
        return frame

    def part(self, goodbye: Goodbye) -> None:
        """Say goodbye, once; nothing more is kept for this tab."""
        if not self.goodbye.done():
            self.goodbye.set_result(goodbye)
            self._forget()

    def _forget(self) -> None:
        self._waiting.clear()
        self._waiting_bytes = 0
        self._filled.clear()

    def _number(self, body: bytes) -> bytes:
        return b'{"seq":%d,%b' % (self._seq + 1, body[1:])


class PushHub:
    """The `Screens` of the core: shows frames to users, in all their tabs."""

    def __init__(self) -> None:
        self.figures = Figures()
        self._tabs: dict[UUID, list[Outbox]] = {}
        self._links: dict[str, LinkView] = {}
        self._live_calls: LiveCalls = lambda _user_id: ()
        self._line: FindLine = lambda _user_id: None
        self.told_lines: dict[UUID, AgentLine] = {}
        """What everybody's tabs were told last of their own line."""
        self._watchers: set[Outbox] = set()
        self.has_new_watchers = asyncio.Event()
        self.on_wrapped_up: Callable[[UUID, UUID], None] = lambda _user_id, _call_id: None
        """Told when somebody says that a talk is written up."""
        self.on_presence: Callable[[], None] = lambda: None
        """Told when somebody has opened their first screen, or closed the last."""
        self.on_dismissed: OnDismissed = lambda _user_id, _call_id: None

    def draw_from(self, live_calls: LiveCalls, on_dismissed: OnDismissed | None = None) -> None:
        """Say where snapshots come from; the screen pop and the hub need one another."""
        self._live_calls = live_calls
        self.on_dismissed = on_dismissed or self.on_dismissed

    def draw_lines_from(self, find_line: FindLine) -> None:
        """Say who knows what somebody's own line does."""
        self._line = find_line

    @contextmanager
    def connect(self, user_id: UUID, session_key: str) -> Iterator[Outbox]:
        """Open a tab: its outbox begins with a snapshot and follows from there."""
        if len(self._tabs.get(user_id, ())) >= TABS_PER_USER:
            raise TooManyTabs("This user has too many tabs open.")
        outbox = Outbox(user_id, session_key)
        outbox.put(self._snapshot(user_id))
        self._tabs.setdefault(user_id, []).append(outbox)
        if len(self._tabs[user_id]) == 1:
            self.on_presence()
        try:
            yield outbox
        finally:
            outbox.part(GONE)
            self._watchers.discard(outbox)
            self._tabs[user_id].remove(outbox)
            if not self._tabs[user_id]:
                del self._tabs[user_id]
                self.told_lines.pop(user_id, None)
                self.on_presence()

    def show(self, user_id: UUID, frame: Frame) -> None:
        """Tell one user, in every tab; the frame is put into words once."""
        if tabs := self._tabs.get(user_id):
            self._tell(tabs, _words(frame))

    def broadcast(self, frame: Frame) -> None:
        """Tell everybody who has a screen open."""
        body = _words(frame)
        for tabs in self._tabs.values():
            self._tell(tabs, body)

    def watch_board(self, outbox: Outbox, *, wanted: bool) -> None:
        """Tell this tab of the live board from now on, or no more. The right is asked each time.

        To ask again is to ask for the whole again.
        """
        outbox.board_key = None
        if wanted:
            self._watchers.add(outbox)
            self.has_new_watchers.set()
        else:
            self._watchers.discard(outbox)

    def board_watchers(self) -> dict[UUID, list[Outbox]]:
        """The tabs that watch the board, by user."""
        found: dict[UUID, list[Outbox]] = {}
        for outbox in self._watchers:
            found.setdefault(outbox.user_id, []).append(outbox)
        return found

    def tell_tabs(self, tabs: Sequence[Outbox], frame: Frame) -> None:
        """Tell these tabs; the frame is put into words once."""
        self._tell(tabs, _words(frame))

    def redraw(self, outbox: Outbox) -> None:
        """Answer a tab that has missed something: the whole picture again."""
        outbox.board_key = None
        outbox.replace(self._snapshot(outbox.user_id))

    async def on_link_removed(self, event: LinkRemoved) -> None:
        """A PBX is no longer followed: every screen forgets how it stood."""
        if self._links.pop(event.pbx, None):
            for outbox in self._all_tabs():
                self.redraw(outbox)

    async def on_link_changed(self, event: LinkChanged) -> None:
        """Tell everybody that a PBX was lost or is back, and keep it for snapshots."""
        self._links[event.pbx] = LinkView(
            pbx=event.pbx, is_up=event.is_up, reason=event.reason, since=event.at
        )
        self.broadcast(
            LinkChangedFrame(pbx=event.pbx, is_up=event.is_up, reason=event.reason, at=event.at)
        )

    def session_keys(self) -> set[str]:
        """The sessions that hold a tab open at this moment."""
        return {outbox.session_key for tabs in self._tabs.values() for outbox in tabs}

    def end_session(self, session_key: str) -> None:
        """Part from every tab of a session that has ended."""
        for outbox in self._all_tabs():
            if outbox.session_key == session_key:
                outbox.part(SESSION_ENDED)

    async def on_sessions_ended(self, event: SessionsEnded) -> None:
        """Somebody logged out, or was: their tabs close at once."""
        for id_hash in event.id_hashes:
            self.end_session(session_key(id_hash))

    def part_from_all(self) -> None:
        """Say goodbye to everybody: the server is stopping."""
        for outbox in self._all_tabs():
            outbox.part(GOING_AWAY)

    def count_tabs(self) -> int:
        """How many tabs are open."""
        return sum(len(tabs) for tabs in self._tabs.values())

    def has_screen(self, user_id: UUID) -> bool:
        """Whether this user has a tab open."""
        return user_id in self._tabs

    def user_ids(self) -> list[UUID]:
        """Everybody who has a tab open."""
        return list(self._tabs)

    def _all_tabs(self) -> list[Outbox]:
        return [outbox for tabs in self._tabs.values() for outbox in tabs]

    def _tell(self, tabs: Sequence[Outbox], body: bytes) -> None:
        for outbox in tabs:
            self.figures.frames += 1
            if not outbox.put(body):
                self.figures.tabs_cut_off += 1
                logger.warning("a tab of user %s reads too slowly and is cut off", outbox.user_id)

    def _snapshot(self, user_id: UUID) -> bytes:
        line = self._line(user_id)
        if (
            line is not None
        ):  # who has tabs open has been told another, perhaps, and will be of this
            self.told_lines.setdefault(user_id, line)
        snapshot = SnapshotFrame(
            at=utc_now(),
            calls=tuple(self._live_calls(user_id)),
            links=tuple(self._links.values()),
            line=line,
        )
        return _words(snapshot)


def _words(frame: Frame) -> bytes:
    """The frame as JSON without its number, which differs from tab to tab."""
    return frame.model_dump_json(exclude={"seq"}).encode()
