"""REST: gaps, the stretches of time in which calls may be missing or told wrongly."""

from datetime import datetime
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from crm_core.calls import gaps
from crm_core.kernel.errors import Forbidden
from crm_core.kernel.paging import InvalidCursor
from web.api.inputs import Paging
from web.keys import DATABASE, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


class GapView(BaseModel):
    """From when to when we may not have heard everything; `to_at` is null while it lasts."""

    id: UUID
    pbx: str
    from_at: datetime
    to_at: datetime | None
    reason: str


class GapPage(BaseModel):
    """A page of gaps."""

    items: list[GapView]
    next_cursor: str | None


@routes.get("/api/gaps")
@operation(errors=(Forbidden, InvalidCursor))
async def list_gaps(visit: Visit, query: Paging) -> GapPage:
    """Stretches in which we may not have heard everything a PBX said, newest first."""
    await visit[RIGHTS].demand(visit.person, "read", "gap")
    async with visit[DATABASE].read() as session:
        page = await gaps.list_gaps(session, limit=query.limit, cursor=query.cursor)
    items = [GapView.model_validate(gap, from_attributes=True) for gap in page.items]
    return GapPage(items=items, next_cursor=page.next_cursor)
