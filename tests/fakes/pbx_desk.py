"""A desk without links, a probe that reaches nobody, and a key for as long as a test lasts."""

import weakref
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from crm_core.calls.control import RingOrder
from crm_core.calls.pbx_desk import LinkStanding
from crm_core.calls.pbx_report import Endpoint, PbxReport, ReportStep
from crm_core.calls.pbx_settings import PbxSettings
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
    """Keeps what it was asked to ring; `on_ring` stands for what the PBX would make of it."""

    orders: list[tuple[str, RingOrder]] = field(default_factory=list)
    on_ring: Callable[[RingOrder], Awaitable[None]] | None = None

    async def originate(self, pbx: str, order: RingOrder) -> None:
        self.orders.append((pbx, order))
        if self.on_ring:
            await self.on_ring(order)
