"""A house for one PBX link: everything round it that hears, keeps and remembers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from crm_core.calls.control import LiveChannel
from crm_core.kernel.bus import EventBus
from crm_core.kernel.call_facts import CallSnapshot, Checkpoint, LinkGap
from crm_core.kernel.events import CallsReplaced, Event, LinkChanged
from telephony.ami_client import LinkState, LinkTiming
from telephony.ami_event import AmiEvent
from telephony.link import PbxLink
from telephony.tape import TapeLimits
from tests.fakes.pbx import FakePbx
from tests.patience import PATIENCE_SECONDS

E = TypeVar("E", bound=Event)

QUICK = LinkTiming(connect=2.0, ping_every=0.05, silence=0.4, first_retry=0.02, longest_retry=0.05)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Event):
    """What the stand-in tracker makes of each event: its name and its channel."""

    name: str
    channel: str


@dataclass(eq=False)
class PlainTracker:
    """Keeps what it was fed; a channel is a call."""

    fed: list[AmiEvent] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    began: dict[str, int] = field(default_factory=dict)
    raises_on: str = ""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def feed(self, ami: AmiEvent, at: datetime, *, position: int) -> list[Event]:
        self.fed.append(ami)
        self.changed.set()
        self.times.append(at)
        name, channel = ami.get("Event", ""), ami.get("Channel", "")
        if self.raises_on and name == self.raises_on:
            raise RuntimeError("this tracker does not like that event")
        if name == "Newchannel":
            self.began[channel] = position
        elif name == "Hangup":
            self.began.pop(channel, None)
        return [Told(at=at, name=name, channel=channel)] if channel else []

    def follow(self, ami: AmiEvent, at: datetime, *, position: int) -> None:
        self.feed(ami, at, position=position)

    def forget_changed(self) -> None: ...

    def take_changed(self) -> list[CallSnapshot]:
        return []

    def live_calls(self) -> list[CallSnapshot]:
        return []

    def channels_of(self, _call_id: UUID) -> list[LiveChannel]:
        return []

    def oldest_position(self) -> int | None:
        return min(self.began.values(), default=None)

    def names(self) -> list[str]:
        return [ami.get("Event", "") for ami in self.fed]


@dataclass(eq=False)
class House:
    """One link and all it told."""

    link: PbxLink
    tracker: PlainTracker
    running: asyncio.Task[None]
    told: list[Event]
    gaps: list[LinkGap]
    changed: asyncio.Event
    checkpoints: list[Checkpoint | None]

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something holds that an event of the link can bring about."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not is_so():
                self.changed.clear()
                await self.changed.wait()

    async def up(self) -> None:
        """The link is up and what lives was compared."""
        await self.until(lambda: self.link.state is LinkState.UP and bool(self.of(CallsReplaced)))

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.told if isinstance(event, kind)]

    def has_told(self, count: int) -> bool:
        """Whether the tracker's facts have come to so many."""
        return len(self.of(Told)) == count

    def link_changes(self) -> list[bool]:
        return [event.is_up for event in self.of(LinkChanged)]


@dataclass(eq=False)
class KeptCalls:
    """A call log that keeps where it was told to begin again."""

    checkpoints: list[Checkpoint | None]
    changed: asyncio.Event

    def put(self, pbx: str, calls: Sequence[CallSnapshot], checkpoint: Checkpoint | None) -> None:
        self.checkpoints.append(checkpoint)
        self.changed.set()


@contextlib.asynccontextmanager
async def linked(
    pbx: FakePbx,
    directory: Path,
    *,
    checkpoint: Checkpoint | None = None,
    timing: LinkTiming = QUICK,
    limits: TapeLimits | None = None,
    raises_on: str = "",
) -> AsyncIterator[House]:
    """A running link to `pbx` with its tape in `directory`."""
    bus, tracker, changed = EventBus(), PlainTracker(raises_on=raises_on), asyncio.Event()
    tracker.changed = changed
    told: list[Event] = []
    gaps: list[LinkGap] = []
    checkpoints: list[Checkpoint | None] = []

    async def hear(event: Event) -> None:
        told.append(event)
        changed.set()

    bus.subscribe(Event, handler=hear)
    link = PbxLink(
        pbx.settings(),
        tape_directory=directory,
        tracker=tracker,
        bus=bus,
        call_log=KeptCalls(checkpoints, changed),
        checkpoint=checkpoint,
        on_gap=gaps.append,
        timing=timing,
        limits=limits or TapeLimits(reserve_bytes=0),
    )
    async with asyncio.TaskGroup() as workers:
        delivering = workers.create_task(bus.run())
        running = workers.create_task(link.run())
        yield House(link, tracker, running, told, gaps, changed, checkpoints)
        running.cancel()
        await asyncio.wait([running])
        delivering.cancel()
