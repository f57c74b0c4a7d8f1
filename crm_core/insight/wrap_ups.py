"""Wrap-up held by us: who writes up a talk gets no call from any queue until it is done.

The PBX's own time for it ends early for who answers several queues, and nobody can end it. So we
pause them in all queues ourselves. The row is written before the PBX is asked and goes when
nothing of ours is left there; after a restart the same rows are gone through. A place that a
human being has paused is never touched, and who says ready at the phone is done.
"""

import asyncio
import logging
from uuid import UUID

from sqlmodel import select

from crm_core.calls.agents.state import WRAP_UP, orders_to_hold, orders_to_release
from crm_core.calls.agents.tables import AgentWrapUp
from crm_core.insight.floor import Floor
from crm_core.insight.pauses import HEARD_SECONDS, Pauses, Places
from crm_core.insight.wrap_up_clock import WrapUp
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.errors import CrmError
from crm_core.kernel.events import Event, LinkChanged, QueueMembersChanged

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 5.0

PlaceKey = tuple[str, str, str]  # PBX, queue, interface


class WrapUps:
    """Run `run`; it follows the floor's clock and what the PBXes say of places in queues."""

    def __init__(self, database: Database, floor: Floor, pauses: Pauses) -> None:
        self._database = database
        self._floor = floor
        self._pauses = pauses
        self._rows: dict[UUID, WrapUp] = {}
        self._unheard: set[UUID] = set()  # asked to be paused, and the PBX has not told of it yet
        self._held: dict[UUID, frozenset[PlaceKey]] = {}
        self._due: set[UUID] = set()
        self._working: set[UUID] = set()
        self._wake = asyncio.Event()
        floor.on_wrap_up = self._look_at
        floor.listeners.append(self._hear)

    async def run(self) -> None:
        """Hold and release until cancelled; what the last run left is gone through first."""
        await self._read_rows()
        async with asyncio.TaskGroup() as workers:
            while True:
                await self._wake.wait()
                self._wake.clear()
                for user_id in self._due - self._working:
                    self._due.discard(user_id)
                    self._working.add(user_id)
                    workers.create_task(self._work(user_id), name=f"wrap-up {user_id}")

    async def _read_rows(self) -> None:
        while True:
            try:
                async with self._database.read() as session:
                    rows = (await session.exec(select(AgentWrapUp))).all()
                break
            except CrmError as error:
                logger.warning("what was being written up could not be read: %s", error)
                await asyncio.sleep(AGAIN_SECONDS)
        for row in rows:
            left = WrapUp(**row.model_dump())
            self._rows[left.user_id] = left
            if self._floor.wrap_ups.of(left.user_id, utc_now()) is None:
                self._floor.wrap_ups.begin(left, utc_now())
            self._look_at(left.user_id)

    def _look_at(self, user_id: UUID) -> None:
        self._due.add(user_id)
        self._wake.set()

    def _hear(self, event: Event) -> None:
        """What a PBX says of places may be the answer to an order, or somebody at the phone."""
        if isinstance(event, LinkChanged) and not event.is_up:
            self._held.clear()  # a PBX that starts anew has forgotten pauses: nobody said ready
        if isinstance(event, QueueMembersChanged) and event.is_listed:
            self._unheard.clear()  # whatever was asked before stands in the list
        if isinstance(event, QueueMembersChanged | LinkChanged):
            for user_id in self._rows:
                self._look_at(user_id)

    async def _work(self, user_id: UUID) -> None:
        try:
            async with self._pauses.lock(user_id):
                await self._settle(user_id)
        except CrmError as error:
            logger.warning("the wrap-up of user %s waits: %s", user_id, error)
            asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._look_at, user_id)
        except Exception:
            logger.exception("the wrap-up of user %s failed", user_id)
            asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._look_at, user_id)
        finally:
            self._working.discard(user_id)
            if user_id in self._due:
                self._wake.set()

    async def _settle(self, user_id: UUID) -> None:
        """Bring the PBX to what the clock says, as far as it is ours to say."""
        running = self._floor.wrap_ups.of(user_id, utc_now())
        known = self._rows.get(user_id)
        if running is None and known is None:
            return
        phone = running or known
        assert phone is not None  # noqa: S101 - one of them is there
        known_places = self._pauses.places_of(user_id, (phone.pbx, phone.extension))
        # of a PBX that is away, or has not named its members since it is back, nothing is believed
        places = {p: own for p, own in known_places.items() if self._floor.knows_places(p)}
        if running is not None and self._was_ended_at_the_phone(user_id, places):
            self._floor.end_wrap_up(user_id)
            running = None
        if running is not None:
            await self._keep_row(running)
            await self._hold(user_id, places)
            return
        self._held.pop(user_id, None)
        is_left = await self._order(places, is_held=False)
        is_sure = user_id not in self._unheard and {*known_places, phone.pbx} <= self._heard_pbxes()
        if not is_left and is_sure:
            await self._drop_row(user_id)

    async def _hold(self, user_id: UUID, places: Places) -> None:
        """Pause, and wait until the PBX tells of it: until then nobody knows what it has of us."""
        self._held[user_id] = self._held.get(user_id, frozenset()) | _ours(places)
        if not any(orders_to_hold(own) for own in places.values()):
            return
        self._unheard.add(user_id)
        await self._order(places, is_held=True)

        def is_told() -> bool:
            now = self._pauses.places_of(user_id)
            return all(place.is_paused for pbx in places for place in now.get(pbx, ()))

        if await self._floor.until(is_told, HEARD_SECONDS):
            self._unheard.discard(user_id)
        else:
            asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._look_at, user_id)

    def _was_ended_at_the_phone(self, user_id: UUID, places: Places) -> bool:
        free = {
            (pbx, place.queue, place.interface)
            for pbx, own in places.items()
            for place in own
            if not place.is_paused
        }
        return bool(self._held.get(user_id, frozenset()) & free)

    async def _order(self, places: Places, *, is_held: bool) -> bool:
        """Ask where there is something to ask; whether there was."""
        to_orders = orders_to_hold if is_held else orders_to_release
        orders = {pbx: to_orders(own) for pbx, own in places.items()}
        for pbx, wanted in orders.items():
            await self._pauses.send(pbx, wanted)
        return any(orders.values())

    def _heard_pbxes(self) -> set[str]:
        return {pbx for pbx in self._floor.links if self._floor.knows_places(pbx)}

    async def _keep_row(self, running: WrapUp) -> None:
        if self._rows.get(running.user_id) == running:
            return
        row = AgentWrapUp(
            user_id=running.user_id,
            call_id=running.call_id,
            pbx=running.pbx,
            extension=running.extension,
            began_at=running.began_at,
            until_at=running.until_at,
        )
        async with self._database.write() as unit:
            await unit.session.merge(row)
        self._rows[running.user_id] = running

    async def _drop_row(self, user_id: UUID) -> None:
        async with self._database.write() as unit:
            row = await unit.session.get(AgentWrapUp, user_id)
            if row is not None:
                await unit.session.delete(row)
        self._rows.pop(user_id, None)


def _ours(places: Places) -> frozenset[PlaceKey]:
    """The places that are paused by us, as the PBX says."""
    return frozenset(
        (pbx, place.queue, place.interface)
        for pbx, own in places.items()
        for place in own
        if place.is_paused and place.pause_reason == WRAP_UP
    )
