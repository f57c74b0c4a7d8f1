"""Clients as they are shown, made from rows in a bounded number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.tables import User
from crm_core.kernel.phone import format_number
from crm_core.records.client_view import ClientSummary, ClientView, Named, PhoneView
from crm_core.records.clients import phones_of
from crm_core.records.relations import WORKS_AT
from crm_core.records.tables import Client, Record, Relation


async def summaries_of(session: AsyncSession, clients: Sequence[Client]) -> list[ClientSummary]:
    """Show clients as lists do, in their order. The room of calls adds the last call."""
    ids = [client.id for client in clients]
    if not ids:
        return []
    phones, companies = await _phones(session, ids), await _companies(session, ids)
    owners = await _owners(session, ids)
    return [
        ClientSummary(
            **client.model_dump(include=_AS_STORED),
            company=companies.get(client.id),
            phones=tuple(phones[client.id]),
            owner=owners.get(client.id),
        )
        for client in clients
    ]


async def view_client(session: AsyncSession, client: Client, record: Record) -> ClientView:
    """Show one client whole, but for what the room of calls adds."""
    summary = (await summaries_of(session, [client]))[0]
    return ClientView(
        **dict(summary),
        **client.model_dump(include={"greeting_name", "email", "source", "comment"}),
        **record.model_dump(include={"version", "created_at", "updated_at"}),
    )


_AS_STORED = {"id", "kind", "name", "position", "city", "is_vip", "tags"}


async def _phones(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, list[PhoneView]]:
    shown: dict[UUID, list[PhoneView]] = defaultdict(list)
    for phone in await phones_of(session, ids):
        shown[phone.client_id].append(
            PhoneView(number=phone.number, formatted=format_number(phone.number), label=phone.label)
        )
    return shown


async def _companies(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Named]:
    """Where each works; of several companies the one that the card names."""
    query = (
        select(Relation.from_id, Client.id, Client.name)
        .join(Client, col(Client.id) == col(Relation.to_id))
        .where(col(Relation.from_id).in_(ids), Relation.type == WORKS_AT)
        .order_by(col(Relation.id).desc())
    )
    rows = (await session.exec(query)).all()
    return {person: Named(id=company, name=name) for person, company, name in rows}


async def _owners(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Named]:
    query = (
        select(Record.id, User.id, User.name)
        .join(User, col(User.id) == col(Record.owner_id))
        .where(col(Record.id).in_(ids))
    )
    rows = (await session.exec(query)).all()
    return {client: Named(id=user, name=name) for client, user, name in rows}
