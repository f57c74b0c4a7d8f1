"""Click-to-call: one click is one call, from the clicker's own phone and no other.

The row is written before the PBX is asked, so nothing is asked twice: not by a double click, not by
a repeated request, not after a link that broke in the middle.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

from crm_core.access.permissions import Person
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.control import (
    ActionUnanswered,
    CallControl,
    DialOrder,
    PbxRefused,
    PbxUnreachable,
)
from crm_core.calls.orders.dial_alarm import DialAlarm
from crm_core.calls.orders.dial_rules import Dialled, read_dialled
from crm_core.calls.orders.order import Order, OrderKind
from crm_core.calls.orders.watch import OrderWatch
from crm_core.calls.pbx.desk import PbxDesk
from crm_core.kernel.call_facts import ORDERED_CALL
from crm_core.kernel.clock import utc_now
from crm_core.kernel.errors import Conflict, CrmError

RING_SECONDS = 30
DOUBLE_CLICK = timedelta(seconds=5)
DEFAULT_REGION = "RU"


class NoPhone(Conflict):
    """This user has no phone at this PBX: there is nothing to ring first."""

    code = "no_phone"


class KeyUsedAgain(Conflict):
    """The key came with another number before."""

    code = "idempotency_key_reused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """What somebody asks for: a number as it was written, perhaps from which PBX."""

    number: str
    pbx: str | None = None
    client_id: UUID | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """The phone that a person dials from."""

    pbx: str
    extension: str


class OrderDesk:
    """Asks the PBX; what comes of it is heard by the watch."""

    def __init__(
        self,
        directory: AgentDirectory,
        control: CallControl,
        desk: PbxDesk,
        watch: OrderWatch,
    ) -> None:
        self.watch = watch
        self._book = watch.book
        self._directory = directory
        self.control = control
        self._desk = desk
        self._alarm = DialAlarm(watch.database)
        self._turns: defaultdict[UUID, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._counting = asyncio.Lock()  # two clicks at once must not both be the last allowed one

    async def call(self, person: Person, click: Click) -> Order:
        """Ring the person's phone, then the number; the same click again gives the same order."""
        seat = self.seat_of(person, click.pbx)
        dialled = self.read(seat.pbx, click.number)
        async with self._turns[person.user_id]:
            if known := await self._known(person, click, dialled):
                return _again(known)
            order = self.new_order(person, seat, dialled.number, kind="call")
            order = replace(
                order,
                key=click.key,
                client_id=click.client_id,
                is_abroad=dialled.is_abroad,
                call_id=self.control.call_id_of(seat.pbx, order.uniqueid),
            )
            ring = DialOrder(
                extension=seat.extension,
                number=dialled.exten,
                caller_name=self._shown(seat.pbx, dialled, person),
                ring_seconds=RING_SECONDS,
                uniqueid=order.uniqueid,
            )
            await self.enter(order, person, dialled)
            return await self.ask(order, lambda: self.control.dial(seat.pbx, ring))

    def seat_of(self, person: Person, pbx: str | None) -> Seat:
        """The phone of whoever asks, of nobody else; raises `NoPhone`."""
        seats = self._directory.extensions_of(person.user_id)
        followed = {settings.name for settings in self._desk.followed}
        own = [seat for seat in seats if pbx is None or seat[0] == pbx]
        own.sort(key=lambda seat: seat[0] not in followed)
        if not own:
            raise NoPhone("you have no phone here: an administrator gives people their extensions")
        return Seat(*own[0])

    def read(self, pbx: str, written: str) -> Dialled:
        """Read a number as somebody at this PBX means it."""
        settings = next((one for one in self._desk.followed if one.name == pbx), None)
        if settings is None:
            return read_dialled(written, DEFAULT_REGION)
        is_national = settings.dial_format == "national"
        return read_dialled(written, settings.region, is_national=is_national)

    def new_order(self, person: Person, seat: Seat, number: str, *, kind: OrderKind) -> Order:
        """An order that is not yet written."""
        now = utc_now()
        # The second stands in it as in all of Asterisk's ids, so the call is known by it.
        uniqueid = f"{ORDERED_CALL}{int(now.timestamp())}.{secrets.randbelow(10**9)}"
        return Order(
            id=uuid4(),
            at=now,
            user_id=person.user_id,
            kind=kind,
            pbx=seat.pbx,
            extension=seat.extension,
            number=number,
            uniqueid=uniqueid,
        )

    async def enter(self, order: Order, person: Person, dialled: Dialled | None) -> None:
        """Write the order down, if the limits allow it."""
        try:
            async with self._counting:
                await self._book.add(order, person, dialled)
        except CrmError as error:
            if dialled is not None:
                await self._alarm.refused(person, dialled, error)
            raise
        self.watch.remember(order)

    async def ask(self, order: Order, command: Callable[[], Awaitable[None]]) -> Order:
        """Give the PBX its one command; a word of refusal ends the order, silence leaves it open.

        What was certainly never begun keeps no key: it may be asked for again.
        """
        try:
            await command()
        except ActionUnanswered as error:
            lost = replace(self.watch.now(order), state="unknown", outcome="unknown")
            await self.watch.tell(replace(lost, text=str(error)))
            raise
        except (PbxRefused, PbxUnreachable) as error:
            outcome = "refused" if isinstance(error, PbxRefused) else "not_sent"
            failed = replace(self.watch.now(order), state="failed", outcome=outcome)
            await self.watch.tell(replace(failed, text=str(error), key=None))
            raise
        return self.watch.now(order)

    async def _known(self, person: Person, click: Click, dialled: Dialled) -> Order | None:
        if click.key is not None:
            known = await self._book.find_by_key(person.user_id, click.key)
            if known is not None:
                if known.number != dialled.number:
                    raise KeyUsedAgain("this key came with another number before")
                return self.watch.now(known)
        since = utc_now() - DOUBLE_CLICK
        return self.watch.find_open(person.user_id, dialled.number, since)

    def _shown(self, pbx: str, dialled: Dialled, person: Person) -> str:
        """What the ringing phone shows: the number that will be dialled; to a colleague, who calls.

        The dialplan may hand the name on to whoever is called.
        """
        is_colleague = self._directory.user_at(pbx, dialled.number) is not None
        return person.name if is_colleague else dialled.number


def _again(order: Order) -> Order:
    """The answer that the first click got."""
    if order.state == "unknown":
        raise ActionUnanswered(order.text or "the PBX has not said what became of this call")
    return order
