"""Pause and ready: commands that reach all queues of somebody, on all PBXes where they sit.

What comes back is what the PBXes then say, never what was wished.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from crm_core.access.audit import write_audit
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.agents.state import orders_to_pause, orders_to_unpause
from crm_core.calls.control import CallControl, PauseOrder
from crm_core.insight.floor import Floor
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, CrmError
from crm_core.kernel.events import QueueMemberFact

HEARD_SECONDS = 2.0  # the PBX tells of a pause in an event of its own, right behind its answer

Places = dict[str, list[QueueMemberFact]]  # by PBX
ToOrders = Callable[[Sequence[QueueMemberFact]], list[PauseOrder]]


class Pauses:
    """One change of one person at a time: what is asked of the PBX keeps its order."""

    def __init__(self, floor: Floor, directory: AgentDirectory, control: CallControl) -> None:
        self._floor = floor
        self._directory = directory
        self._control = control
        self._locks: dict[UUID, asyncio.Lock] = {}

    def lock(self, user_id: UUID) -> asyncio.Lock:
        """Held by whoever changes what the PBX has of this person."""
        return self._locks.setdefault(user_id, asyncio.Lock())

    def places_of(self, user_id: UUID, *more: tuple[str, str]) -> Places:
        """Somebody's places in queues; `more` are phones, as (pbx, extension), beside their own."""
        places: Places = {}
        for pbx, extension in dict.fromkeys((*self._directory.extensions_of(user_id), *more)):
            if found := self._floor.places_at(pbx, extension):
                places.setdefault(pbx, []).extend(found)
        return places

    async def pause(self, user_id: UUID, reason: str) -> None:
        """Take somebody out of all queues. Who pauses has written up their talk."""
        async with self.lock(user_id):
            await self._order(user_id, lambda places: orders_to_pause(places, reason))
            self._floor.end_wrap_up(user_id)
            await self._heard(
                user_id, lambda place: place.is_paused and place.pause_reason == reason
            )

    async def ready(self, user_id: UUID) -> None:
        """Let somebody be called from all queues again."""
        async with self.lock(user_id):
            await self._order(user_id, orders_to_unpause)
            self._floor.end_wrap_up(user_id)
            await self._heard(user_id, lambda place: not place.is_paused)

    async def send(self, pbx: str, orders: Iterable[PauseOrder]) -> None:
        """Ask one PBX, in order; raises as `CallControl` does, when all have been tried."""
        failure: CrmError | None = None
        for order in orders:
            try:
                await self._control.pause(pbx, order)
            except CrmError as error:
                failure = failure or error
        if failure is not None:
            raise failure

    async def _order(self, user_id: UUID, to_orders: ToOrders) -> None:
        """All PBXes are asked before the first failure is told: half is better than nothing."""
        if not self._directory.extensions_of(user_id):
            raise Conflict("there is no phone to be paused", reason="no_phone")
        places = self.places_of(user_id)
        if not places:
            raise Conflict(
                "this phone answers no queue: there is nothing to pause", reason="no_queue"
            )
        failure: CrmError | None = None
        for pbx, own in places.items():
            try:
                await self.send(pbx, to_orders(own))
            except CrmError as error:
                failure = failure or error
        if failure is not None:
            raise failure

    async def _heard(self, user_id: UUID, is_so: Callable[[QueueMemberFact], bool]) -> None:
        """Wait until the PBXes have told it; the state is theirs to say if they do not."""

        def is_told() -> bool:
            places = self.places_of(user_id).values()
            return all(is_so(place) for own in places for place in own)

        await self._floor.until(is_told, HEARD_SECONDS)


def note_pause(unit: UnitOfWork, user_id: UUID, reason: str | None, *, by: UUID) -> None:
    """Who pauses a colleague, or lets them be called again, answers for it."""
    if by != user_id:
        action = "agent.paused" if reason else "agent.unpaused"
        write_audit(unit, action, by=by, on=("user", user_id), details={"reason": reason})
