"""What clients' cards and lists tell of calls; the room of records does not know them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.tables import User
from crm_core.calls.tables import Call
from crm_core.records.client_view import (
    ClientStats,
    ClientSummary,
    ClientView,
    LastCall,
    Named,
)
from crm_core.records.tables import Client


async def with_last_calls(
    session: AsyncSession, clients: Sequence[ClientSummary]
) -> list[ClientSummary]:
    """Add to each client the newest call that has ended."""
    last = await _last_calls(session, [client.id for client in clients])
    return [client.model_copy(update={"last_call": last.get(client.id)}) for client in clients]


async def with_figures(session: AsyncSession, client: ClientView) -> ClientView:
    """Add to a card the newest call, and how much was spoken in all."""
    last = await _last_calls(session, [client.id])
    query = select(func.count(), func.coalesce(func.sum(Call.talk_seconds), 0.0)).where(
        Call.client_id == client.id,
        col(Call.merged_into).is_(None),
        col(Call.ended_at).is_not(None),
    )
    calls, talk_seconds = (await session.exec(query)).one()
    stats = ClientStats(calls=calls, talk_seconds=round(talk_seconds, 1))
    return client.model_copy(update={"last_call": last.get(client.id), "stats": stats})


async def _last_calls(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, LastCall]:
    """One look into the index a client, however many calls each has."""
    if not ids:
        return {}
    earlier = aliased(Call)
    newest = (
        select(earlier.id)
        .where(
            earlier.client_id == col(Client.id),
            col(earlier.merged_into).is_(None),
            col(earlier.ended_at).is_not(None),
        )
        .order_by(col(earlier.started_at).desc())
        .limit(1)
        .correlate(Client)
        .scalar_subquery()
    )
    user_id = func.coalesce(Call.handled_by_user_id, Call.placed_by_user_id)
    query = (
        select(Client.id, Call, User)
        .select_from(Client)
        .join(Call, col(Call.id) == newest)
        .join(User, col(User.id) == user_id, isouter=True)
        .where(col(Client.id).in_(ids))
    )
    return {
        client_id: LastCall(
            at=call.started_at,
            direction=call.direction,
            result=call.result,
            user=Named(id=user.id, name=user.name) if user else None,
        )
        for client_id, call, user in (await session.exec(query)).all()
    }
