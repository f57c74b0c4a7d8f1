"""The entry that a call makes on its client's timeline: one, on that client's alone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import col, delete, select

from crm_core.calls.tables import Call
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.upsert import insert_or_update
from crm_core.records.tables import Activity


async def place_on_timelines(unit: UnitOfWork, calls: Sequence[Call]) -> None:
    """Let each call stand on the timeline of the client that its row names, and nowhere else."""
    if not calls:
        return
    connection = await unit.session.connection()
    clients = {call.id: call.client_id for call in calls}
    shown = select(Activity.id, Activity.source_id, Activity.record_id).where(
        col(Activity.source_id).in_(clients)
    )
    strays = [
        activity_id
        for activity_id, call_id, record_id in (await unit.session.exec(shown)).all()
        if record_id != clients[call_id]
    ]
    if strays:
        await connection.execute(delete(Activity).where(col(Activity.id).in_(strays)))
    rows = [_entry(call, call.client_id) for call in calls if call.client_id]
    if rows:
        statement = insert_or_update(
            Activity, connection.dialect.name, ("record_id", "source_id"), ("at", "actor_id")
        )
        await connection.execute(statement, rows)


def _entry(call: Call, client_id: UUID) -> dict[str, Any]:
    return {
        "id": uuid5(client_id, str(call.id)),
        "record_id": client_id,
        "source_id": call.id,
        "kind": "call",
        "at": call.started_at,
        "actor_id": call.handled_by_user_id or call.placed_by_user_id,
        "summary": {},
    }
