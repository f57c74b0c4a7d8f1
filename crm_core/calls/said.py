"""What people have said about calls: read for the screens, apart from what telephony told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.calls.call_view import AgentPart, ClientRef
from crm_core.calls.tables import Call
from crm_core.records.tables import Client


@dataclass(frozen=True, slots=True)
class Said:
    """The agents' part of a call, and the client whom somebody has picked for it."""

    part: AgentPart
    chosen: UUID | None


async def load_said(session: AsyncSession, call_ids: Collection[UUID]) -> Mapping[UUID, Said]:
    """Read the agents' part of those calls that have a row."""
    query = (
        select(Call, Client)
        .join(Client, col(Client.id) == col(Call.client_id), isouter=True)
        .where(col(Call.id).in_(call_ids))
    )
    return {call.id: _said(call, client) for call, client in await session.exec(query)}


def _said(call: Call, client: Client | None) -> Said:
    chosen = client if call.is_client_chosen else None
    part = AgentPart(
        client=ClientRef(id=chosen.id, name=chosen.name) if chosen else None,
        disposition=call.disposition,
        note=call.note,
        note_version=call.note_version,
    )
    return Said(part, chosen.id if chosen else None)
