"""REST: the timeline of a client, and of a deal."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.calls.call_reader import find_views
from crm_core.calls.call_view import CallView
from crm_core.kernel.errors import NotFound
from crm_core.kernel.paging import InvalidCursor
from crm_core.records import clients, timeline
from crm_core.records.client_view import Named
from crm_core.sales.deals import get_deal
from web.api.inputs import CommaSeparated, Paging
from web.keys import DATABASE, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()

ActivityKind = Literal["call", "note", "change", "deal", "task"]  # what can be asked for


class TimelineQuery(Paging):
    """Which activities; without `kind`, all."""

    kind: Annotated[list[ActivityKind], CommaSeparated] | None = None


class TimelineNote(BaseModel):
    """A note as the timeline shows it."""

    id: UUID
    text: str
    version: int


class ActivityView(BaseModel):
    """One entry of a timeline: `call` or `note` by `kind`, else `change` says what happened."""

    id: UUID
    kind: ActivityKind
    at: datetime
    actor: Named | None
    call: CallView | None
    note: TimelineNote | None
    change: dict[str, Any] | None


class TimelinePage(BaseModel):
    """A page of a timeline."""

    items: list[ActivityView]
    next_cursor: str | None


@routes.get("/api/clients/{client_id}/timeline")
@operation(errors=(NotFound, InvalidCursor))
async def list_timeline(visit: Visit, client_id: UUID, query: TimelineQuery) -> TimelinePage:
    """What happened with a client, newest first."""
    async with visit[DATABASE].read() as session:
        await clients.get_client(session, visit.person, visit[RIGHTS], client_id)
        return await read_page(session, client_id, query)


@routes.get("/api/deals/{deal_id}/timeline")
@operation(errors=(NotFound, InvalidCursor))
async def list_deal_timeline(visit: Visit, deal_id: UUID, query: TimelineQuery) -> TimelinePage:
    """What happened with a deal, newest first."""
    async with visit[DATABASE].read() as session:
        await get_deal(session, visit.person, visit[RIGHTS], deal_id)
        return await read_page(session, deal_id, query)


async def read_page(session: AsyncSession, record_id: UUID, query: TimelineQuery) -> TimelinePage:
    """A page of any record's timeline; whether it may be read was asked before."""
    page = await timeline.list_entries(
        session, record_id, kinds=query.kind or (), limit=query.limit, cursor=query.cursor
    )
    told = [entry.source_id for entry in page.items if entry.kind == "call"]
    calls = await find_views(session, told)
    items = [_view(entry, calls) for entry in page.items]
    return TimelinePage(items=items, next_cursor=page.next_cursor)


def _view(entry: timeline.TimelineEntry, calls: Mapping[UUID, CallView]) -> ActivityView:
    fields = {**asdict(entry), "actor": entry.actor, "call": calls.get(entry.source_id)}
    return ActivityView.model_validate(fields)
