"""A desk without links, a probe that reaches nobody, and a key for as long as a test lasts."""

import asyncio
import weakref
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import NAMESPACE_URL, UUID, uuid5

from crm_core.calls.control import (
    DialOrder,
    LiveChannel,
    PauseOrder,
    PickUpOrder,
    RingOrder,
    TransferWay,
)
from crm_core.calls.pbx.desk import LinkStanding
from crm_core.calls.pbx.report import Endpoint, PbxReport, ReportStep
from crm_core.calls.pbx.settings import PbxSettings
from crm_core.kernel.errors import CrmError
from crm_core.kernel.secret_box import KEY_NAME, SecretBox


@dataclass
class FakeDesk:
    """It counts how often it was asked to look at the rows; a test sets what it tells."""

    fixed: Sequence[PbxSettings] = ()
    standings: dict[str, LinkStanding] = field(default_factory=dict)
    taped: set[str] = field(default_factory=set)
    followed: Sequence[PbxSettings] = ()
    asked: int = 0

    def standing(self, name: str) -> LinkStanding | None:
        return self.standings.get(name)

    def has_tape(self, name: str) -> bool:
        return name in self.taped

    async def follow(self) -> None:
        self.asked += 1


class TemporaryBox(SecretBox):
    """Its key is gone with it."""

    def __init__(self) -> None:
        self._directory = TemporaryDirectory()
        super().__init__(Path(self._directory.name) / KEY_NAME)
        self._end = weakref.finalize(self, self._directory.cleanup)


@dataclass
class FakeProbe:
    """A probe that reaches nobody and keeps with what it was asked to try."""

    tried: list[PbxSettings] = field(default_factory=list)
    known: Sequence[Endpoint] = ()

    async def examine(self, settings: PbxSettings) -> PbxReport:
        self.tried.append(settings)
        step = ReportStep(step="connect", verdict="ok", code="reached", seconds=0.001)
        return PbxReport(steps=(step,), endpoints=tuple(self.known), ami_version="11.0.0")

    async def endpoints(self, settings: PbxSettings) -> Sequence[Endpoint]:
        self.tried.append(settings)
        return self.known


@dataclass
class FakeControl:
    """Keeps what it was asked; `on_ring` and `on_pause` stand for what a PBX would make of it."""

    orders: list[tuple[str, RingOrder]] = field(default_factory=list)
    on_ring: Callable[[RingOrder], Awaitable[None]] | None = None
    live: dict[UUID, list[LiveChannel]] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)  # every other command, in order
    dialled: list[DialOrder] = field(default_factory=list)
    fault: CrmError | None = None  # what comes of the next command instead
    pauses: list[tuple[str, PauseOrder]] = field(default_factory=list)
    on_pause: Callable[[str, PauseOrder], Awaitable[None]] | None = None

    async def originate(self, pbx: str, order: RingOrder) -> None:
        self.orders.append((pbx, order))
        if self.on_ring:
            await self.on_ring(order)

    def call_id_of(self, pbx: str, uniqueid: str) -> UUID:
        return uuid5(NAMESPACE_URL, f"{pbx}/{uniqueid}")

    def channels_of(self, pbx: str, call_id: UUID) -> Sequence[LiveChannel]:
        return self.live.get(call_id, [])

    async def dial(self, pbx: str, order: DialOrder) -> None:
        self.dialled.append(order)
        await self._ask("dial", pbx, order.extension, order.number)

    async def pick_up(self, pbx: str, order: PickUpOrder) -> None:
        await self._ask("pick_up", pbx, order.extension, order.channel)

    async def hang_up(self, pbx: str, channel: str) -> None:
        await self._ask("hang_up", pbx, channel)

    async def transfer(self, pbx: str, channel: str, to: str, way: TransferWay) -> None:
        await self._ask("transfer", pbx, channel, to, way)

    async def cancel_transfer(self, pbx: str, channel: str) -> None:
        await self._ask("cancel_transfer", pbx, channel)

    async def park(self, pbx: str, channel: str, by: str) -> None:
        await self._ask("park", pbx, channel, by)

    async def _ask(self, *command: str) -> None:
        self.asked.append(command)
        await asyncio.sleep(0)
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault

    async def pause(self, pbx: str, order: PauseOrder) -> None:
        self.pauses.append((pbx, order))
        if self.on_pause:
            await self.on_pause(pbx, order)
