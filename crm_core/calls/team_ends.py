"""The end of a team: what calls have of it belongs to another, like its people and clients."""

from uuid import UUID

from sqlmodel import col, update

from crm_core.calls.missed_calls.tables import MissedCall
from crm_core.calls.promises.tables import Promise
from crm_core.calls.tables import QueueSetting
from crm_core.kernel.database import UnitOfWork
from crm_core.sales import handover


async def dissolve_team(unit: UnitOfWork, team_id: UUID, into: UUID, *, by: UUID) -> None:
    """Take a team away; what was its own, debts and queues too, belongs to another."""
    await handover.dissolve_team(unit, team_id, into, by=by)
    for table in (MissedCall, Promise, QueueSetting):
        await unit.session.exec(
            update(table).where(col(table.team_id) == team_id).values(team_id=into)
        )
