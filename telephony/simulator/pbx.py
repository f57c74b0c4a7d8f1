"""The simulated PBX: its AMI server, the calls in play, and those who listen."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from telephony.ami_event import AmiEvent
from telephony.simulator.channels import Phone, Switchboard
from telephony.simulator.passing import play_on
from telephony.simulator.plans import CallPlan
from telephony.simulator.ring import ring_only
from telephony.simulator.scripts import Stage
from telephony.simulator.session import AmiSession

logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True, eq=False)
class SimulatedPbx:
    """A PBX with phones that are lifted by themselves. `speed` above 1 shortens every pause."""

    phones: Sequence[Phone]
    username: str
    secret: str
    seed: int | None = None
    speed: float = 1.0
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    board: Switchboard = field(init=False)
    _sessions: set[AmiSession] = field(default_factory=set, init=False)
    _calls: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _is_running: bool = field(default=False, init=False)
    port: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.board = Switchboard(self.phones, say=self._tell_all, seed=self.seed)

    @property
    def queues(self) -> list[str]:
        """The names of the queues that any phone answers."""
        return sorted({queue for phone in self.phones for queue in phone.queues})

    @property
    def listeners(self) -> int:
        """How many programs are logged in."""
        return sum(session.is_logged_in for session in self._sessions)

    def start_call(self, plan: CallPlan) -> asyncio.Task[None]:
        """Begin to play a call and return at once; the server must be running."""
        return self._start(Stage(self.board, self._pause).play(plan), name=f"{plan.kind} call")

    def originate(self, action: AmiEvent) -> bool:
        """Begin a click-to-call as an Originate asks; False when there is no such phone."""
        extension = action.get("Channel", "").removeprefix("PJSIP/")
        if extension not in self.board.phones:
            return False
        if "Application" in action:
            uniqueid = action.get("ChannelId", "")
            ring = ring_only(self.board, self._pause, extension, uniqueid)
            self._start(ring, name="ring")
            return True
        call = Stage(self.board, self._pause).click_to_call(
            extension,
            action.get("Exten", ""),
            action_id=action.get("ActionID", ""),
            uniqueid=action.get("ChannelId", ""),
        )
        self._start(call, name="click-to-call")
        return True

    def end_call(self, channel_name: str) -> bool:
        """End the call that a channel is part of; False when there is no such channel."""
        channel = self.board.channels.get(channel_name)
        if channel is None:
            return False
        if channel.played_by is not None:
            channel.played_by.cancel()
        ends = [one for one in self.board.channels.values() if one.linkedid == channel.linkedid]
        ends.sort(key=lambda one: one is not channel)
        self.board.say("HangupRequest", channel.keys(), Cause="16")
        self.board.unbridge(*(one for one in ends if one.bridge is not None))
        for one in ends:
            self.board.hang_up(one)
        return True

    def transfer(self, channel_name: str, extension: str) -> bool:
        """Pass on whom a channel talks to; False when it talks to nobody, or there is no phone."""
        by = self.board.channels.get(channel_name)
        others = [one for one in self.board.channels.values() if by and one.bridge == by.bridge]
        with_whom = next((one for one in others if one is not by), None)
        if by is None or by.bridge is None or with_whom is None:
            return False
        if extension not in self.board.phones:
            return False
        if by.played_by is not None:
            by.played_by.cancel()
        passing = play_on(self.board, self._pause, (by, with_whom), extension)
        self._start(passing, name="transfer")
        return True

    @asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
        """Listen and play until the block exits; gives the port."""
        server = await asyncio.start_server(self._on_connection, host, port)
        self.port = server.sockets[0].getsockname()[1]
        self._is_running = True
        try:
            yield self.port
        finally:
            self._is_running = False
            server.close()
            for session in tuple(self._sessions):
                session.close()
            calls = tuple(self._calls)
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
            await server.wait_closed()

    def _start(self, call: Coroutine[None, None, None], *, name: str) -> asyncio.Task[None]:
        if not self._is_running:
            call.close()
            raise RuntimeError("the simulated PBX is not running")
        worker = asyncio.create_task(_told_if_broken(call, name), name=f"simulated {name}")
        self._calls.add(worker)  # `serve` cancels what is left at its end
        worker.add_done_callback(self._calls.discard)
        return worker

    async def _on_connection(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        session = AmiSession(self, writer)
        self._sessions.add(session)
        try:
            await session.serve(reader)
        finally:
            self._sessions.discard(session)

    def _tell_all(self, told: Mapping[str, str]) -> None:
        for session in tuple(self._sessions):
            session.tell(told)

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.speed)


async def _told_if_broken(call: Coroutine[None, None, None], name: str) -> None:
    try:
        await call
    except Exception:  # one script that stumbles must not end the play
        logger.exception("simulated %s broke off", name)
