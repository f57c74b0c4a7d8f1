"""REST: gaps, the stretches of time in which calls may be missing or told wrongly."""

from datetime import datetime
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from web.api.inputs import Paging
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
@operation()
async def list_gaps(visit: Visit, query: Paging) -> GapPage:
    """Stretches in which we may not have heard everything a PBX said, newest first."""
    raise NotImplementedError
