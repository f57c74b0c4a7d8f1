"""A client of the AMI connection that keeps what it hears, with ways to wait for it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from crm_core.calls.pbx.settings import PbxSettings
from telephony.ami_client import AmiClient, LinkState, LinkTiming
from telephony.ami_event import AmiEvent, parse_frame
from telephony.counters import LinkCounters
from tests.fakes.pbx import FakePbx, frame
from tests.patience import PATIENCE_SECONDS

QUICK = LinkTiming(
    connect=2.0,
    ping_every=0.05,
    silence=0.4,
    first_retry=0.02,
    longest_retry=0.05,
    refused_retry=30.0,
)


@dataclass
class Heard:
    """What one client has told, with a way to wait for it."""

    events: list[AmiEvent] = field(default_factory=list)
    states: list[tuple[LinkState, str]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    raises_on: str = ""
    client: "PausingClient" = field(init=False)
    counters: LinkCounters = field(default_factory=LinkCounters)

    def take(self, frames: list[bytes]) -> None:
        self.changed.set()
        for raw in frames:
            ami = parse_frame(raw)
            self.events.append(ami)
            if self.raises_on and ami["Event"] == self.raises_on:
                raise RuntimeError("the handler of this event is broken")

    def state(self, state: LinkState, reason: str) -> None:
        self.states.append((state, reason))
        self.changed.set()

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not is_so():
                self.changed.clear()
                await self.changed.wait()

    async def up(self) -> None:
        await self.until(lambda: self.client.state is LinkState.UP)

    def names(self) -> list[str]:
        return [ami["Event"] for ami in self.events if ami["Event"] != "FullyBooted"]

    def channels(self) -> list[str]:
        return [ami["Channel"] for ami in self.events if "Channel" in ami]


class PausingClient(AmiClient):
    """Tells how long it means to wait before it tries again."""

    def __init__(self, heard: Heard, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.pauses: list[float] = []
        self._heard = heard

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._heard.changed.set()
        await super()._pause(seconds)


def client(
    kind: type[PausingClient], heard: Heard, settings: PbxSettings, timing: LinkTiming
) -> PausingClient:
    async def nothing() -> None:
        return

    return kind(
        heard,
        settings,
        heard.take,
        on_state=heard.state,
        on_up=nothing,
        counters=heard.counters,
        timing=timing,
    )


@contextlib.asynccontextmanager
async def following(
    pbx: FakePbx, timing: LinkTiming = QUICK, **settings: object
) -> AsyncIterator[Heard]:
    heard = Heard()
    heard.client = client(PausingClient, heard, pbx.settings(**settings), timing)
    async with asyncio.TaskGroup() as workers:
        running = workers.create_task(heard.client.run())
        yield heard
        running.cancel()


def ringing(number: int, name: str = "Anna") -> bytes:
    return frame(Event="Newchannel", Channel=f"PJSIP/101-{number:08x}", CallerIDName=name)
