"""What a deal's change of stage leaves behind: on the deal's timeline and on its client's."""

from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlmodel import col, select, update

from crm_core.access.permissions import Person
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.events import RecordChanged
from crm_core.records.tables import Activity, Record
from crm_core.sales.tables import Deal, Stage

BATCH = 500


def add_deal_activity(
    unit: UnitOfWork, deal: Deal, *, by: UUID | None, change: dict[str, Any]
) -> None:
    """Tell of a deal's change on its own timeline and on its client's: one source, two entries."""
    source_id, now = uuid4(), utc_now()
    told = {**change, "deal_id": str(deal.id), "title": deal.title}
    for record_id in filter(None, (deal.id, deal.client_id)):
        unit.session.add(
            Activity(
                id=uuid5(record_id, str(source_id)),
                record_id=record_id,
                source_id=source_id,
                kind="deal",
                at=now,
                actor_id=by,
                summary=told,
            )
        )


def put_into_stage(
    unit: UnitOfWork, deal: Deal, before: Stage, after: Stage, *, by: UUID | None
) -> None:
    """Let a deal stand in another stage from now on, and tell of it."""
    now = utc_now()
    deal.stage_id, deal.pipeline_id = after.id, after.pipeline_id
    deal.stage_since_at = now
    deal.status = after.kind
    deal.closed_at = None if after.kind == "open" else now
    if after.kind != "lost":
        deal.lost_reason = None
    unit.session.add(deal)
    change = {"action": "moved", "from": before.name, "to": after.name, "kind": after.kind}
    if deal.lost_reason:
        change["reason"] = deal.lost_reason
    add_deal_activity(unit, deal, by=by, change=change)
    unit.tell(
        "deal.stage_changed",
        deal.id,
        {"from": str(before.id), "to": str(after.id), "kind": after.kind},
    )


async def move_all(unit: UnitOfWork, person: Person, before: Stage, after: Stage) -> None:
    """Move every open deal of one stage into another of the same kind, each with its trace."""
    while True:
        query = (
            select(Deal)
            .where(Deal.stage_id == before.id, Deal.status == "open")
            .order_by(col(Deal.id))
            .limit(BATCH)
            .with_for_update()
        )
        deals = (await unit.session.exec(query)).all()
        if not deals:
            return
        for deal in deals:
            put_into_stage(unit, deal, before, after, by=person.user_id)
        await unit.session.exec(
            update(Record)
            .where(col(Record.id).in_([deal.id for deal in deals]))
            .values(version=Record.version + 1, updated_at=utc_now())
        )
        await unit.session.flush()
        for deal in deals:
            unit.publish(RecordChanged(at=utc_now(), kind="deal", record_id=deal.id))
