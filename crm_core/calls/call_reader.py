"""Calls as they are shown, made from rows in a bounded number of statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.calls.call_view import CallView, ClientRef, LegView, QueueVisitView, Seat
from crm_core.calls.recording_rows import refs_of
from crm_core.calls.tables import Call, CallLeg, CallQueueVisit
from crm_core.records.tables import Client

Part = TypeVar("Part", CallLeg, CallQueueVisit)

_AS_STORED = {
    *("id", "pbx", "linkedid", "direction", "status", "result", "number", "raw_number"),
    *("is_withheld", "caller_name", "did", "queue", "disposition", "started_at", "answered_at"),
    *("ended_at", "wait_seconds", "talk_seconds", "hold_seconds", "transfers", "merged_into"),
    *("is_recovered", "note", "note_version"),
}


async def views_of(session: AsyncSession, calls: Sequence[Call]) -> list[CallView]:
    """Show calls whole, in their order."""
    if not calls:
        return []
    ids = [call.id for call in calls]
    legs = await _parts(session, CallLeg, ids)
    visits = await _parts(session, CallQueueVisit, ids)
    clients = await _clients(session, {call.client_id for call in calls if call.client_id})
    recordings = await refs_of(session, ids)
    return [
        CallView(
            **call.model_dump(include=_AS_STORED),
            client=clients.get(call.client_id) if call.client_id else None,
            placed_by=_seat(call.placed_by, call.placed_by_user_id),
            handled_by=_seat(call.handled_by, call.handled_by_user_id),
            legs=tuple(LegView.model_validate(leg) for leg in legs[call.id]),
            queues=tuple(QueueVisitView.model_validate(visit) for visit in visits[call.id]),
            recordings=recordings.get(call.id, ()),
        )
        for call in calls
    ]


async def find_views(session: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, CallView]:
    """Show these calls; those that are not there are left out.

    Who asks has already been allowed to see them, such as the calls of a client's timeline.
    """
    if not ids:
        return {}
    calls = (await session.exec(select(Call).where(col(Call.id).in_(ids)))).all()
    return {view.id: view for view in await views_of(session, calls)}


async def _parts(
    session: AsyncSession, part: type[Part], ids: Sequence[UUID]
) -> Mapping[UUID, list[Part]]:
    """The legs or the queue visits of calls, each call's in its order."""
    query = select(part).where(col(part.call_id).in_(ids)).order_by(col(part.position))
    found: dict[UUID, list[Part]] = defaultdict(list)
    for row in (await session.exec(query)).all():
        found[row.call_id].append(row)
    return found


async def _clients(session: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, ClientRef]:
    if not ids:
        return {}
    query = select(Client.id, Client.name).where(col(Client.id).in_(ids))
    rows = (await session.exec(query)).all()
    return {client_id: ClientRef(id=client_id, name=name) for client_id, name in rows}


def _seat(extension: str | None, user_id: UUID | None) -> Seat | None:
    return Seat(extension=extension, user_id=user_id) if extension else None
