"""Places in queues that do as they are told, and say so: what a PBX is to pauses."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from crm_core.calls.control import PauseOrder
from crm_core.kernel.clock import utc_now
from crm_core.kernel.events import LinkChanged, QueueMemberFact, QueueMembersChanged
from tests.integration.web.office import Office
from tests.patience import PATIENCE_SECONDS

LOCAL = "Local/101@queue-members/n"


class Pbx:
    """Anna answers sales and, by another name, support; Boris sales alone."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.places = [
            self._place("sales", "PJSIP/101", "101"),
            self._place("support", LOCAL, "101"),
            self._place("sales", "PJSIP/102", "102"),
        ]
        self.failure: Exception | None = None
        office.control.on_pause = self._obey

    def _place(self, queue: str, interface: str, extension: str) -> QueueMemberFact:
        return QueueMemberFact(queue=queue, interface=interface, extension=extension, name=None)

    async def tell(self, *, is_listed: bool = False) -> None:
        self._office.bus.publish(
            QueueMembersChanged(
                at=utc_now(), pbx="main", members=tuple(self.places), is_listed=is_listed
            )
        )
        await self._office.bus.join()

    async def comes_up(self) -> None:
        self._office.bus.publish(LinkChanged(at=utc_now(), pbx="main", is_up=True))
        await self.tell(is_listed=True)

    def pauses(self, extension: str = "101") -> list[str | None]:
        return [
            one.pause_reason or "" if one.is_paused else None
            for one in self.places
            if one.extension == extension
        ]

    async def until(self, pauses: list[str | None]) -> None:
        """Wait until Anna's places are paused so."""

        async def are_so() -> bool:
            return self.pauses() == pauses

        await until(are_so)

    def set(self, order: PauseOrder) -> None:
        self.places = [
            replace(place, is_paused=order.is_paused, pause_reason=order.reason or None)
            if place.interface == order.interface and order.queue in (None, place.queue)
            else place
            for place in self.places
        ]

    async def at_the_phone(self, queue: str, interface: str, reason: str | None) -> None:
        """Somebody pauses one place at the phone, or ends the pause there."""
        self.set(
            PauseOrder(
                interface=interface, queue=queue, is_paused=bool(reason), reason=reason or ""
            )
        )
        await self.tell()

    async def _obey(self, _pbx: str, order: PauseOrder) -> None:
        if self.failure:
            raise self.failure
        self.set(order)
        event = QueueMembersChanged(at=utc_now(), pbx="main", members=tuple(self.places))
        self._office.bus.publish(event)


async def until(is_so: Callable[[], Awaitable[object]]) -> None:
    """Look again and again; nobody has anything to tell of it."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if await is_so():
                return
            await asyncio.sleep(0.005)
