"""REST: the timeline of a client."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from crm_core.calls.call_view import CallView
from crm_core.kernel.errors import NotFound
from crm_core.records.client_view import Named
from web.api.inputs import CommaSeparated, Paging
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()

ActivityKind = Literal["call", "note", "change"]


class TimelineQuery(Paging):
    """Which activities; without `kind`, all."""

    kind: Annotated[list[ActivityKind], CommaSeparated] | None = None


class TimelineNote(BaseModel):
    """A note as the timeline shows it."""

    id: UUID
    text: str
    version: int


class ActivityView(BaseModel):
    """One entry of a timeline; one of `call`, `note` and `change` is set, by `kind`."""

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
@operation(errors=(NotFound,))
async def list_timeline(visit: Visit, client_id: UUID, query: TimelineQuery) -> TimelinePage:
    """What happened with a client, newest first."""
    raise NotImplementedError
