"""REST: gaps, the stretches of time in which calls may be missing or told wrongly."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.calls import gaps
from crm_core.calls.tables import Gap
from crm_core.kernel.errors import Forbidden
from crm_core.kernel.paging import InvalidCursor
from web.api.inputs import Paging
from web.keys import DATABASE, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


class Recovery(BaseModel):
    """What the PBX's own call records gave back. `none`: it is not known where they lie."""

    state: Literal["none", "pending", "done", "failed"]
    recovered: int = Field(description="Calls that nobody here had heard.")
    without_agent: int = Field(description="Of these, calls in which none of our phones is known.")
    reason: str | None = Field(description="Why the records could not be read.")


class GapView(BaseModel):
    """From when to when we may not have heard everything; `to_at` is null while it lasts."""

    id: UUID
    pbx: str
    from_at: datetime
    to_at: datetime | None
    reason: str
    recovery: Recovery


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
    return GapPage(items=[view_gap(gap) for gap in page.items], next_cursor=page.next_cursor)


def view_gap(gap: Gap) -> GapView:
    """A gap as it is shown, with what was recovered of it."""
    return GapView(
        id=gap.id,
        pbx=gap.pbx,
        from_at=gap.from_at,
        to_at=gap.to_at,
        reason=gap.reason,
        recovery=Recovery.model_validate(
            {
                "state": gap.recovery_state,
                "recovered": gap.recovered,
                "without_agent": gap.without_agent,
                "reason": gap.recovery_reason,
            }
        ),
    )
