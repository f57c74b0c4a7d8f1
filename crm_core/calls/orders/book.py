"""Clicks as rows: written before the PBX is asked, found again by their key, counted for limits."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person
from crm_core.calls.orders.call_limits import measure
from crm_core.calls.orders.dial_rules import Dialled, demand_allowed, demand_within
from crm_core.calls.orders.order import Order
from crm_core.calls.orders.tables import CallOrder
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database, UnitOfWork
from crm_core.kernel.upsert import table_of

KEPT = timedelta(days=30)
_COLUMNS = tuple(column.name for column in table_of(CallOrder).columns)


class OrderBook:
    """Reads and writes them, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, order: Order, person: Person, dialled: Dialled | None) -> None:
        """Write a new one if the limits allow it; what they refuse leaves no row."""
        async with self._database.write() as unit:
            if dialled is not None:
                await demand_room(unit, person, dialled)
            old = delete(CallOrder).where(col(CallOrder.at) < order.at - KEPT)
            await (await unit.session.connection()).execute(old)
            unit.session.add(CallOrder(**_columns(order), changed_at=order.at))

    async def keep(self, order: Order) -> None:
        """Write what has become of one."""
        async with self._database.write() as unit:
            row = await unit.session.get(CallOrder, order.id)
            if row is not None:
                row.sqlmodel_update({**_columns(order), "changed_at": utc_now()})
                unit.session.add(row)

    async def find(self, order_id: UUID) -> Order | None:
        """One that is known no more by heart."""
        async with self._database.read() as session:
            row = await session.get(CallOrder, order_id)
            return _order(row) if row else None

    async def find_by_key(self, user_id: UUID, key: str) -> Order | None:
        """The one that this user has made under this key."""
        query = select(CallOrder).where(CallOrder.user_id == user_id, CallOrder.key == key)
        async with self._database.read() as session:
            row = (await session.exec(query)).first()
            return _order(row) if row else None


async def demand_room(unit: UnitOfWork, person: Person, dialled: Dialled) -> None:
    """Raise unless this person may dial this number now."""
    session: AsyncSession = unit.session
    measured = await measure(session, person.user_id, person.role, utc_now())
    demand_allowed(dialled, measured.own, measured.office)
    demand_within(dialled, measured.own, measured.own_used)
    demand_within(dialled, measured.office, measured.office_used)


def _columns(order: Order) -> dict[str, Any]:
    return {name: getattr(order, name) for name in _COLUMNS if name != "changed_at"}


def _order(row: CallOrder) -> Order:
    known = {name: value for name, value in row.model_dump().items() if name != "changed_at"}
    return Order(**known)
