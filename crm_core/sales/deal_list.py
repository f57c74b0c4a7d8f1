"""Lists of deals, newest first, and the board of a pipeline."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person, Rights
from crm_core.kernel.errors import NotFound
from crm_core.kernel.paging import Page, cut_page, read_cursor, write_cursor
from crm_core.kernel.upsert import table_of
from crm_core.records.client_view import Named
from crm_core.sales.deal_rows import view_deals
from crm_core.sales.deal_view import (
    CurrencySum,
    DealBoard,
    DealStage,
    DealStatus,
    DealView,
    StageColumn,
)
from crm_core.sales.links import reach
from crm_core.sales.tables import Deal, Pipeline, Stage, Task

DEAL = table_of(Deal)
TASK = table_of(Task)
_LIST, _COLUMN = "deals", "deal column"


@dataclass(frozen=True, slots=True, kw_only=True)
class DealQuery:
    """Which deals; all conditions hold together."""

    pipeline: UUID | None = None
    stage: UUID | None = None
    status: DealStatus | None = None
    owner: UUID | None = None
    client: UUID | None = None
    q: str | None = None
    without_task: bool = False
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class DealPage:
    """A page of deals, and what all that were asked for make together."""

    page: Page[DealView]
    sums: tuple[CurrencySum, ...]


async def list_deals(
    session: AsyncSession, person: Person, rights: Rights, query: DealQuery
) -> DealPage:
    """Return a page of the deals that the person may read, newest first, and their sums."""
    conditions = [reach(person, rights, "deal", DEAL), *_asked(query)]
    page = (
        select(Deal)
        .where(*conditions, *_after(query.cursor, _LIST, DEAL.c.created_at))
        .order_by(col(Deal.created_at).desc(), col(Deal.id).desc())
        .limit(query.limit + 1)
    )
    rows = (await session.exec(page)).all()
    cut = cut_page(rows, query.limit, lambda deal: write_cursor(_LIST, deal.created_at, deal.id))
    items = await view_deals(session, person, rights, cut.items)
    return DealPage(Page(items, cut.next_cursor), await _sums(session, conditions))


def _asked(query: DealQuery) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    columns = {
        "pipeline_id": query.pipeline,
        "stage_id": query.stage,
        "status": query.status,
        "owner_id": query.owner,
        "client_id": query.client,
    }
    chosen += [DEAL.c[name] == value for name, value in columns.items() if value is not None]
    if query.q:
        chosen.append(DEAL.c.search_text.contains(query.q.lower(), autoescape=True))
    if query.without_task:
        chosen.append(~exists().where(TASK.c.deal_id == DEAL.c.id, TASK.c.done_at.is_(None)))
    return chosen


def _after(cursor: str | None, name: str, moment: Any) -> list[ColumnElement[bool]]:
    """Those that stand after the last one seen, the order being newest first."""
    if cursor is None:
        return []
    at, deal_id = read_cursor(cursor, name, datetime, UUID)
    place = tuple_(at, deal_id, types=(moment.type, DEAL.c.id.type))
    return [tuple_(moment, DEAL.c.id) < place]


async def _sums(
    session: AsyncSession, conditions: Sequence[ColumnElement[bool]]
) -> tuple[CurrencySum, ...]:
    query = (
        select(Deal.currency, func.count(), func.coalesce(func.sum(DEAL.c.amount_minor), 0))
        .where(*conditions)
        .group_by(col(Deal.currency))
        .order_by(func.count().desc(), col(Deal.currency))
    )
    rows = (await session.exec(query)).all()
    return tuple(_sum(currency, count, amount) for currency, count, amount in rows)


def _sum(currency: str, count: int, amount: Any) -> CurrencySum:
    # PostgreSQL sums whole numbers as decimals
    return CurrencySum(currency=currency, count=count, amount_minor=int(amount))


async def read_board(
    session: AsyncSession, person: Person, rights: Rights, pipeline_id: UUID | None, *, limit: int
) -> DealBoard:
    """Return a pipeline's stages in order, each with its count, its sums and its first deals."""
    pipeline = await _pipeline(session, pipeline_id)
    query = (
        select(Stage)
        .where(Stage.pipeline_id == pipeline.id, col(Stage.is_active))
        .order_by(col(Stage.position))
    )
    stages = (await session.exec(query)).all()
    sums = await _sums_by_stage(session, person, rights, pipeline.id)
    pages = {
        stage.id: await _read_page(session, person, rights, stage.id, limit=limit)
        for stage in stages
    }
    rows = [deal for page in pages.values() for deal in page.items]
    views = {view.id: view for view in await view_deals(session, person, rights, rows)}
    columns = []
    for stage in stages:
        page, told = pages[stage.id], sums.get(stage.id, [])
        columns.append(
            StageColumn(
                stage=DealStage.model_validate(stage),
                count=sum(one.count for one in told),
                sums=tuple(told),
                items=tuple(views[deal.id] for deal in page.items),
                next_cursor=page.next_cursor,
            )
        )
    return DealBoard(pipeline=Named(id=pipeline.id, name=pipeline.name), columns=tuple(columns))


async def read_column(
    session: AsyncSession,
    person: Person,
    rights: Rights,
    stage_id: UUID,
    *,
    limit: int,
    cursor: str | None = None,
) -> Page[DealView]:
    """Return a page of one stage: what came into it last stands first."""
    page = await _read_page(session, person, rights, stage_id, limit=limit, cursor=cursor)
    return Page(await view_deals(session, person, rights, page.items), page.next_cursor)


async def _read_page(
    session: AsyncSession,
    person: Person,
    rights: Rights,
    stage_id: UUID,
    *,
    limit: int,
    cursor: str | None = None,
) -> Page[Deal]:
    query = (
        select(Deal)
        .where(
            Deal.stage_id == stage_id,
            reach(person, rights, "deal", DEAL),
            *_after(cursor, _COLUMN, DEAL.c.stage_since_at),
        )
        .order_by(col(Deal.stage_since_at).desc(), col(Deal.id).desc())
        .limit(limit + 1)
    )
    rows = (await session.exec(query)).all()
    return cut_page(rows, limit, lambda deal: write_cursor(_COLUMN, deal.stage_since_at, deal.id))


async def _sums_by_stage(
    session: AsyncSession, person: Person, rights: Rights, pipeline_id: UUID
) -> dict[UUID, list[CurrencySum]]:
    query = (
        select(
            Deal.stage_id,
            Deal.currency,
            func.count(),
            func.coalesce(func.sum(DEAL.c.amount_minor), 0),
        )
        .where(Deal.pipeline_id == pipeline_id, reach(person, rights, "deal", DEAL))
        .group_by(col(Deal.stage_id), col(Deal.currency))
    )
    sums: dict[UUID, list[CurrencySum]] = defaultdict(list)
    for stage_id, currency, count, amount in (await session.exec(query)).all():
        sums[stage_id].append(_sum(currency, count, amount))
    return sums


async def _pipeline(session: AsyncSession, pipeline_id: UUID | None) -> Pipeline:
    query = select(Pipeline).order_by(col(Pipeline.position), col(Pipeline.name))
    if pipeline_id is None:
        query = query.where(col(Pipeline.is_active))
    else:
        query = query.where(Pipeline.id == pipeline_id)
    pipeline = (await session.exec(query)).first()
    if pipeline is None:
        raise NotFound("no such pipeline")
    return pipeline
