"""From rows to what is shown: all that a page of deals needs, in one question each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person, Rights
from crm_core.records.client_view import Named
from crm_core.records.tables import Record
from crm_core.sales.deal_view import DealStage, DealView
from crm_core.sales.links import names_of_clients, names_of_users
from crm_core.sales.tables import Deal, Pipeline, Stage, Task


async def view_deals(
    session: AsyncSession, person: Person, rights: Rights, deals: Sequence[Deal]
) -> list[DealView]:
    """Show deals, in their order."""
    if not deals:
        return []
    ids = [deal.id for deal in deals]
    versions = dict(
        (await session.exec(select(Record.id, Record.version).where(col(Record.id).in_(ids)))).all()
    )
    stages = await _stages(session, {deal.stage_id for deal in deals})
    clients = await names_of_clients(session, person, rights, (deal.client_id for deal in deals))
    owners = await names_of_users(session, (deal.owner_id for deal in deals))
    tasks = await _next_tasks(session, ids)
    return [
        _view(deal, versions[deal.id], stages, (clients, owners), tasks.get(deal.id))
        for deal in deals
    ]


def _view(
    deal: Deal,
    version: int,
    stages: dict[UUID, tuple[Stage, str]],
    names: tuple[dict[UUID, Named], dict[UUID, Named]],
    next_task_at: datetime | None,
) -> DealView:
    stage, pipeline = stages[deal.stage_id]
    clients, owners = names
    return DealView(
        id=deal.id,
        title=deal.title,
        client=clients.get(deal.client_id) if deal.client_id else None,
        pipeline=Named(id=deal.pipeline_id, name=pipeline),
        stage=DealStage.model_validate(stage),
        status=deal.status,
        amount_minor=deal.amount_minor,
        currency=deal.currency,
        lost_reason=deal.lost_reason,
        expected_on=deal.expected_on,
        owner=owners.get(deal.owner_id) if deal.owner_id else None,
        version=version,
        stage_since_at=deal.stage_since_at,
        next_task_at=next_task_at,
        created_at=deal.created_at,
        closed_at=deal.closed_at,
    )


async def _stages(session: AsyncSession, ids: set[UUID]) -> dict[UUID, tuple[Stage, str]]:
    query = (
        select(Stage, Pipeline.name)
        .join(Pipeline, col(Pipeline.id) == col(Stage.pipeline_id))
        .where(col(Stage.id).in_(ids))
    )
    return {stage.id: (stage, name) for stage, name in (await session.exec(query)).all()}


async def _next_tasks(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, datetime]:
    query = (
        select(Task.deal_id, func.min(Task.due_at))
        .where(col(Task.deal_id).in_(ids), col(Task.done_at).is_(None))
        .group_by(col(Task.deal_id))
    )
    return {deal_id: due for deal_id, due in (await session.exec(query)).all() if deal_id}
