"""What deals and tasks may be linked to: clients one may read, people who work here."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person, Rights, within
from crm_core.access.tables import User
from crm_core.kernel.errors import InvalidValue
from crm_core.kernel.upsert import table_of
from crm_core.records.client_view import Named
from crm_core.records.tables import Record

RECORD = table_of(Record)


async def demand_client(
    session: AsyncSession, person: Person, rights: Rights, client_id: UUID | None
) -> None:
    """Refuse a client that the person may not read; it does not exist for them."""
    if client_id is None:
        return
    query = select(Record).where(Record.id == client_id, Record.kind == "client")
    client = (await session.exec(query)).first()
    if client is None or not await rights.may(person, "read", client):
        raise InvalidValue("client_id", "there is no such client")


async def demand_user(session: AsyncSession, user_id: UUID | None, field: str) -> None:
    """Refuse somebody who does not work here (any more)."""
    if user_id is None:
        return
    user = await session.get(User, user_id)
    if user is None or not user.is_active:
        raise InvalidValue(field, "there is no such user")


def reach(person: Person, rights: Rights, kind: str, table: Any) -> ColumnElement[bool]:
    """The rows of a table with the record's owner and team that the person may read."""
    scope = rights.scope_of(person, "read", kind)
    return within(person, scope, owner=table.c[_OWNER[kind]], team=table.c.team_id)


_OWNER = {"deal": "owner_id", "task": "assignee_id"}


async def names_of_clients(
    session: AsyncSession, person: Person, rights: Rights, ids: Iterable[UUID | None]
) -> dict[UUID, Named]:
    """Name those of the clients that the person may read; of the others nothing is told."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    query = select(Record).where(col(Record.id).in_(wanted), Record.kind == "client")
    records = (await session.exec(query)).all()
    return {
        record.id: Named(id=record.id, name=record.title)
        for record in records
        if await rights.may(person, "read", record)
    }


async def names_of_users(session: AsyncSession, ids: Iterable[UUID | None]) -> dict[UUID, Named]:
    """Name users, also those who have left."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    users = (await session.exec(select(User).where(col(User.id).in_(wanted)))).all()
    return {user.id: Named(id=user.id, name=user.name) for user in users}
