"""The link to one PBX: replay the tape, connect, compare with what the PBX says lives, follow.

Everything that happens to the link itself is told three times: on the tape, where the tracker sees
it; on the bus, for the screens; and as a gap, for whoever reads the figures afterwards.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from crm_core.calls.control import LiveChannel
from crm_core.calls.pbx.settings import PbxSettings
from crm_core.kernel.bus import EventBus
from crm_core.kernel.call_facts import Checkpoint
from crm_core.kernel.events import LinkChanged
from telephony.ami_action import AmiAction
from telephony.ami_client import ANSWER_SECONDS, AmiClient, LinkState, LinkTiming
from telephony.ami_event import AmiEvent
from telephony.ami_protocol import AmiReply
from telephony.boot_watch import BootWatch
from telephony.counters import LinkCounters
from telephony.errors import ActionUnanswered, PbxUnreachable
from telephony.link_gaps import LinkGaps, OnGap
from telephony.listener import CallLog, Listener, Tracker
from telephony.members import QueueMembers
from telephony.phone_book import PhoneBook
from telephony.tape import Tape, TapeLimits
from telephony.tape_file import position_of, segments_in
from telephony.tape_upkeep import keep_up
from telephony.tracker import TRACKER_VERSION, CallTracker, TrackerSettings

__all__ = ["LinkState", "PbxLink", "PbxSettings"]

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
IDLE_TICKS = 15  # an idle tape gets a tick as well: it tells how long we were there
BOOTED_SECONDS = 1.0  # Asterisk says how old it is right after the login, if we may know
LIST_SECONDS = 30.0
SETTLED_SECONDS = 5.0  # people need not wait longer for a PBX that lets us in and says nothing
LIST_AGAIN_SECONDS = 5.0
# The first is refused to a user who may write only originate, call and agent; the second is not.
CHANNEL_LISTS = ("CoreShowChannels", "Status")


def tracker_settings(settings: PbxSettings) -> TrackerSettings:
    """What the tracker must know of a PBX."""
    return TrackerSettings(
        pbx=settings.name,
        extension_pattern=settings.extension_pattern,
        trunks=settings.trunks,
    )


def tape_of(directory: Path, pbx: str) -> Path:
    """The folder of one PBX's tape: whatever its name is, it is one folder's name."""
    return directory / quote(pbx, safe="").replace(".", "%2E")


class PbxLink:
    """One PBX. `run` follows it until cancelled; whatever the PBX does, it goes on."""

    def __init__(
        self,
        settings: PbxSettings,
        *,
        tape_directory: Path,
        bus: EventBus,
        call_log: CallLog,
        checkpoint: Checkpoint | None = None,
        on_gap: OnGap = lambda _gap: None,
        tracker: Tracker | None = None,
        timing: LinkTiming | None = None,
        limits: TapeLimits | None = None,
    ) -> None:
        self.name = settings.name
        self.counters = LinkCounters()
        self.since: datetime | None = None  # when it last went up or down
        self._settings = settings
        self._bus = bus
        self._gaps = LinkGaps(settings.name, on_gap)
        self._checkpoint = checkpoint
        self._tape = Tape(
            tape_of(tape_directory, settings.name),
            limits=limits,
            counters=self.counters,
            on_lost=self._gaps.lost,
        )
        steering = tracker_settings(settings)
        self._tracker = tracker or CallTracker(steering)
        self.phones = PhoneBook(steering)
        self._members = QueueMembers(steering)
        self._listener = Listener(
            settings.name,
            self._tape,
            self._tracker,
            bus=bus,
            call_log=call_log,
            counters=self.counters,
            members=self._members,
            phones=self.phones,
            on_notice=self._booted,
        )
        self._client = AmiClient(
            settings,
            self._listener.take,
            on_state=self._state_changed,
            on_up=self._after_login,
            counters=self.counters,
            timing=timing or LinkTiming(),
        )
        self._boots = BootWatch(None, None)
        self._has_booted = asyncio.Event()
        self._told: tuple[bool, str] | None = None
        self._settled = asyncio.Event()

    @property
    def state(self) -> LinkState:
        return self._client.state

    @property
    def reason(self) -> str:
        """Why the link is not up, for people."""
        return self._client.reason

    @property
    def is_settled(self) -> bool:
        """Whether it is known what lives on the PBX, or that nobody can know it now."""
        return self._settled.is_set()

    @property
    def is_tape_healthy(self) -> bool:
        """Whether what the PBX says reaches the disk; if not, it waits in memory."""
        return self._tape.is_healthy

    @property
    def live_linkedids(self) -> frozenset[str]:
        """The Linkedids of the calls that live now, as far as anybody heard."""
        return self._listener.live_linkedids

    def interface_of(self, extension: str) -> str | None:
        """Return how an extension is dialled, if the PBX has said so of a queue's member."""
        return self._members.interface_of(extension)

    def tell_live_calls(self) -> None:
        """Publish all that lives now, for a view that fell behind."""
        self._listener.replace_calls()
        self._listener.tell_members()

    def channels_of(self, call_id: UUID) -> Sequence[LiveChannel]:
        """The ends of a call that goes on, as far as was heard."""
        return self._tracker.channels_of(call_id)

    @property
    def dial_context(self) -> str:
        """Where in the PBX's dialplan our phones dial, if an administrator has said so."""
        return self._settings.dial_context

    async def run(self) -> None:
        """Replay, then follow the PBX until cancelled."""
        self._tape.open()
        try:
            await self._replay()
            async with asyncio.TaskGroup() as workers:
                workers.create_task(keep_up(self._tape), name=f"tape of {self.name}")
                workers.create_task(self._client.run(), name=f"link to {self.name}")
                workers.create_task(self._tick(), name=f"ticks for {self.name}")
        finally:
            self._client.close()
            self._went_down(self._listener.clock.now(), "server_down")
            self._listener.close()
            self._tape.close()

    async def call(self, action: AmiAction, *, timeout: float = ANSWER_SECONDS) -> AmiReply:  # noqa: ASYNC109
        """Ask something of the PBX, at most once.

        Raises `PbxUnreachable` when nothing was sent, and `ActionUnanswered` when nobody can know.
        """
        return await self._client.call(action, timeout=timeout)

    async def _replay(self) -> None:
        """Play the tape from the checkpoint on, and say on it that we were not there."""
        heard_at = self._tape.last_at
        start, known_until = self._replay_start(), None
        if self._checkpoint is not None and self._checkpoint.tracker_version == TRACKER_VERSION:
            known_until = self._checkpoint.at
        told = await self._listener.replay(start, known_until=known_until)
        self._boots = BootWatch(told.boot, heard_at)
        self._listener.mark(
            "AlloSettings",
            Pbx=self.name,
            ExtensionPattern=self._settings.extension_pattern,
            Trunks=",".join(self._settings.trunks),
        )
        if told.down_since:
            self._went_down(*told.down_since)  # the gap of the last run goes on
        elif heard_at:
            self._went_down(heard_at, "server_down")

    def _replay_start(self) -> int:
        if self._checkpoint is None:
            return 0
        segment = int(self._checkpoint.segment)
        start = position_of(segment, self._checkpoint.offset)
        is_short = start > self._tape.end  # a power cut took the end, or somebody the whole tape
        if is_short or segment not in segments_in(self._tape.directory):
            self._gaps.lost(self._checkpoint.at, self._listener.clock.now())
        if is_short:  # no place may mean two things
            self._tape.skip_to_segment(segment + 1)
        return start

    def _went_down(self, from_at: datetime, reason: str) -> None:
        if self._gaps.open(from_at, reason):
            self._listener.mark("AlloLinkDown", From=from_at.isoformat(), Reason=reason)

    def _state_changed(self, state: LinkState, reason: str) -> None:
        if state is LinkState.CONNECTING:
            return
        if state is not LinkState.UP:
            self._settled.set()
        is_up, was_up = state is LinkState.UP, self._told is not None and self._told[0]
        if is_up:
            logger.info("the link to %s is up", self.name)
            self._has_booted.clear()
            self._listener.mark("AlloLinkUp")
            self._gaps.close(self._listener.clock.now())
        elif was_up:
            logger.warning("the link to %s is down: %s", self.name, reason)
            heard_at = self._listener.clock.now() - self._client.silent_for
            self._boots.heard(heard_at)
            self._went_down(heard_at, "link_down")
        self._tell(is_up, reason)

    def _tell(self, is_up: bool, reason: str) -> None:
        if self._told == (is_up, reason):
            return
        if not is_up and self._told is None:
            logger.warning("no link to %s: %s", self.name, reason)
        self._told = (is_up, reason)
        self.since = self._listener.clock.now()
        self._bus.publish(LinkChanged(at=self.since, pbx=self.name, is_up=is_up, reason=reason))

    async def _after_login(self) -> None:
        """Compare with what lives on the PBX; again whenever it has finished starting."""
        asyncio.get_running_loop().call_later(SETTLED_SECONDS, self._settled.set)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BOOTED_SECONDS):
                await self._has_booted.wait()
        while True:
            self._has_booted.clear()
            await self._compare()
            self._settled.set()
            await self._has_booted.wait()

    async def _compare(self) -> None:
        """Ask what lives. The answers go the way of all events: over the tape to the tracker."""
        while True:
            try:
                for list_channels in CHANNEL_LISTS:
                    reply = await self.call({"Action": list_channels}, timeout=LIST_SECONDS)
                    if reply.is_success:
                        break
                await self.call({"Action": "QueueStatus"}, timeout=LIST_SECONDS)
            except ActionUnanswered as error:
                logger.warning("the list of calls on %s did not come: %s", self.name, error)
                await asyncio.sleep(LIST_AGAIN_SECONDS)
                continue
            except PbxUnreachable:
                return  # the next login begins anew
            if not reply.is_success:
                logger.warning("%s does not list its calls: %s", self.name, reply.message)
                self._listener.replace_calls()
            return

    def _booted(self, ami: AmiEvent) -> None:
        boot = self._boots.saw_booted(ami, self._listener.clock.now())
        if boot:
            self._listener.mark("AlloBoot", Boot=boot)
        self._has_booted.set()

    async def _tick(self) -> None:
        """Give the tracker its only clock."""
        count = 0
        while True:
            await asyncio.sleep(TICK_SECONDS)
            count += 1
            is_busy = self._listener.has_live_calls
            self._listener.clock.adjust(is_idle=not is_busy)
            if count % IDLE_TICKS == 0 or (is_busy and self.state is LinkState.UP):
                self._listener.mark("AlloTick")
