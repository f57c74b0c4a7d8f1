"""What becomes of clicks: heard of phones, calls and links, told to the clickers' screens."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from crm_core.access.permissions import Person
from crm_core.calls.frames import OrderChangedFrame, OrderView
from crm_core.calls.orders.book import OrderBook
from crm_core.calls.orders.order import Order, after_call, after_phone
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.database import Database
from crm_core.kernel.errors import CrmError, NotFound
from crm_core.kernel.events import (
    CallEvent,
    CallsReplaced,
    Event,
    LinkChanged,
    OrderedPhoneRang,
)
from crm_core.kernel.frames import Screens

logger = logging.getLogger(__name__)

REMEMBERED = timedelta(minutes=30)
REMEMBERED_LIMIT = 5_000


class OrderWatch:
    """Subscribe `on_event` to calls, links and phones that were ordered to ring."""

    def __init__(self, database: Database, screens: Screens) -> None:
        self.database = database
        self.book = OrderBook(database)
        self._screens = screens
        self._orders: dict[UUID, Order] = {}

    async def on_event(self, event: Event) -> None:
        """Take what happened."""
        match event:
            case OrderedPhoneRang():
                for order in self._open(event.pbx):
                    if order.uniqueid == event.uniqueid:
                        await self.tell(after_phone(order, event))
            case CallsReplaced():
                for call in event.calls:
                    await self._take(call)
            case CallEvent():
                await self._take(event.call)
            case LinkChanged(is_up=False):
                for order in self._open(event.pbx):
                    await self.tell(replace(order, state="unknown", outcome="unknown"))

    async def _take(self, call: CallSnapshot) -> None:
        for order in self._open(call.pbx):
            if order.call_id == call.call_id:
                await self.tell(after_call(order, call))

    def _open(self, pbx: str) -> list[Order]:
        return [order for order in self._orders.values() if order.is_open and order.pbx == pbx]

    def remember(self, order: Order) -> None:
        """Follow a new one; what is long past is read from its row."""
        self._orders[order.id] = order
        for old in list(self._orders.values()):  # the oldest first
            if len(self._orders) <= REMEMBERED_LIMIT and old.at > order.at - REMEMBERED:
                break
            del self._orders[old.id]

    def now(self, order: Order) -> Order:
        """The same order as it stands now; of one that was open before a restart nobody knows."""
        known = self._orders.get(order.id)
        if known is None and order.state == "calling":
            return replace(order, state="unknown", outcome="unknown")
        return known or order

    def find_open(self, user_id: UUID, number: str, since: datetime) -> Order | None:
        """A call to this number that the user asked for a moment ago, and that goes on."""
        for order in reversed(self._orders.values()):
            is_same = (order.user_id, order.kind, order.number) == (user_id, "call", number)
            if is_same and order.is_open and order.at > since:
                return order
        return None

    def open_call(self, user_id: UUID, call_id: UUID) -> Order | None:
        """The user's click that began this call, while it is not known what becomes of it."""
        for order in self._orders.values():
            is_it = (order.user_id, order.kind, order.call_id) == (user_id, "call", call_id)
            if is_it and order.is_open:
                return order
        return None

    def is_passed_on(self, user_id: UUID, call_id: UUID, since: datetime) -> bool:
        """Whether the user asked a moment ago to pass this call on."""
        return any(
            (order.user_id, order.kind, order.call_id) == (user_id, "transfer", call_id)
            and order.at > since
            for order in self._orders.values()
        )

    def give_up(self, order: Order) -> None:
        """The agent hangs up: if that ends the ring, nobody has refused anything."""
        self._orders[order.id] = replace(order, is_given_up=True)

    async def get(self, person: Person, order_id: UUID) -> Order:
        """What is known of one's own click; after a restart, what was known before it."""
        order = self._orders.get(order_id) or await self.book.find(order_id)
        if order is None or order.user_id != person.user_id:
            raise NotFound("no such order")
        return self.now(order)

    async def tell(self, order: Order) -> None:
        """Keep what is known now; a difference is shown and written."""
        before = self._orders.get(order.id)
        self._orders[order.id] = order
        if before is not None and view_order(before) == view_order(order):
            return
        self._screens.show(order.user_id, OrderChangedFrame(order=view_order(order)))
        try:
            await self.book.keep(order)
        except CrmError as error:  # the screens know; the row says no more than that it was asked
            logger.warning("what became of order %s could not be written: %s", order.id, error)


def view_order(order: Order) -> OrderView:
    """The order as the outside sees it."""
    return OrderView(
        order_id=order.id,
        kind=order.kind,
        state=order.state,
        outcome=order.outcome,
        text=order.text,
        number=order.number,
        pbx=order.pbx,
        extension=order.extension,
        call_id=order.call_id,
        client_id=order.client_id,
        at=order.at,
    )
