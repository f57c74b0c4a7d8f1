"""REST: the audit, who changed what."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, Field

from crm_core.access.audit_list import AuditQuery, Deed
from crm_core.access.audit_list import list_audit as list_audit_of
from crm_core.kernel.errors import Forbidden
from crm_core.kernel.paging import InvalidCursor
from web.api.inputs import CommaSeparated, Name, Paging
from web.keys import DATABASE, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


class AuditFilter(Paging):
    """Which deeds, by whom, to what, when."""

    user_id: UUID | None = None
    action: Name | None = Field(default=None, description="`user.created`, or `user.` for all.")
    object: Annotated[list[Name], CommaSeparated] = Field(default_factory=list, max_length=20)
    object_id: Name | None = None
    from_at: AwareDatetime | None = None
    to_at: AwareDatetime | None = None


class WhoView(BaseModel):
    """Who did it."""

    id: UUID
    name: str


class AuditView(BaseModel):
    """One deed. `details` often hold what was `before` and `after`."""

    id: int
    at: datetime
    by: WhoView | None = Field(description="Null: the system, or nobody who was logged in.")
    action: str
    object: str
    object_id: str
    details: dict[str, Any]
    address: str


class AuditPage(BaseModel):
    """A page of the audit, the newest first."""

    items: list[AuditView]
    next_cursor: str | None


@routes.get("/api/audit")
@operation(errors=(Forbidden, InvalidCursor))
async def list_audit(visit: Visit, query: AuditFilter) -> AuditPage:
    """Who did what, the newest first."""
    await visit[RIGHTS].demand(visit.person, "read", "audit")
    wanted = AuditQuery(**query.model_dump(exclude={"object"}), object_kinds=query.object)
    async with visit[DATABASE].read() as session:
        page = await list_audit_of(session, wanted)
    return AuditPage(items=[_view(deed) for deed in page.items], next_cursor=page.next_cursor)


def _view(deed: Deed) -> AuditView:
    entry = deed.entry
    who = WhoView(id=entry.user_id, name=deed.name) if entry.user_id and deed.name else None
    return AuditView(
        **entry.model_dump(include={"id", "at", "action", "object_id", "details", "address"}),
        by=who,
        object=entry.object_kind,
    )
