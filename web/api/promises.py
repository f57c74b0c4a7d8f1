"""REST: what was promised in calls, and whether it was kept."""

from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, Field

from crm_core.calls.agent_words import CallDesk
from crm_core.calls.calls import get_call
from crm_core.calls.promises import making
from crm_core.calls.promises.listing import (
    PromiseQuery,
    promises_of_call,
    read_team_promises,
    view_promises,
)
from crm_core.calls.promises.listing import list_promises as list_promises_of
from crm_core.calls.promises.view import PromiseFilter, PromiseView, TeamPromises
from crm_core.kernel.errors import Conflict, Forbidden, InvalidValue, NotFound
from crm_core.kernel.paging import InvalidCursor
from web.api.inputs import Input, Line, Paging
from web.keys import DATABASE, LIVE_LOG, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


class NewPromise(Input):
    """What was promised in a call, and until when."""

    text: Annotated[Line, Field(max_length=300)] = ""
    due_at: AwareDatetime


class _Which(Input):
    """Which promises. All conditions hold together; the period is that of `due_at`."""

    mine: bool = False
    client: UUID | None = None
    team: UUID | None = None
    from_at: AwareDatetime | None = Field(default=None, alias="from")
    to_at: AwareDatetime | None = Field(default=None, alias="to")


class PromiseSearch(_Which, Paging):
    """Which promises; what is due first comes first."""

    state: PromiseFilter = "open"


class SummarySearch(_Which):
    """Which promises are counted."""


class PromisePage(BaseModel):
    """A page of promises."""

    items: list[PromiseView]
    next_cursor: str | None


@routes.post("/api/calls/{call_id}/promises")
@operation(201, errors=(NotFound, Forbidden, InvalidValue))
async def make_promise(visit: Visit, call_id: UUID, body: NewPromise) -> PromiseView:
    """Keep a promise that was made in a call: its second, and a task. Sent twice it is one."""
    draft = making.PromiseDraft(text=body.text, due_at=body.due_at)
    async with visit[DATABASE].write() as unit:
        desk = CallDesk(unit, visit.person, visit[RIGHTS], visit[LIVE_LOG])
        made = await making.make_promise(unit, desk, visit.person, call_id, draft)
        return (await view_promises(unit.session, visit.person, visit[RIGHTS], [made]))[0]


@routes.get("/api/calls/{call_id}/promises")
@operation(errors=(NotFound,))
async def list_call_promises(visit: Visit, call_id: UUID) -> PromisePage:
    """List what was promised in a call."""
    async with visit[DATABASE].read() as session:
        call = await get_call(session, visit.person, visit[RIGHTS], call_id, visit[LIVE_LOG])
        found = await promises_of_call(session, visit.person, visit[RIGHTS], call.id)
    return PromisePage(items=found, next_cursor=None)


@routes.get("/api/promises")
@operation(errors=(InvalidCursor,))
async def list_promises(visit: Visit, query: PromiseSearch) -> PromisePage:
    """List promises by what has become of them; broken ones are those whose time has passed."""
    wanted = PromiseQuery(**query.model_dump())
    async with visit[DATABASE].read() as session:
        page = await list_promises_of(session, visit.person, visit[RIGHTS], wanted)
    return PromisePage(items=list(page.items), next_cursor=page.next_cursor)


class PromiseSummary(BaseModel):
    """How each team stands by its word."""

    items: list[TeamPromises]


@routes.get("/api/promises/summary")
@operation()
async def summarise_promises(visit: Visit, query: SummarySearch) -> PromiseSummary:
    """Count promises by team: kept, late, broken. The list with the same filters shows them."""
    wanted = PromiseQuery(**query.model_dump())
    async with visit[DATABASE].read() as session:
        teams = await read_team_promises(session, visit.person, visit[RIGHTS], wanted)
    return PromiseSummary(items=teams)


@routes.post("/api/promises/{promise_id}/withdraw")
@operation(200, errors=(NotFound, Forbidden, Conflict))
async def withdraw_promise(visit: Visit, promise_id: UUID) -> PromiseView:
    """Take a promise back, and its task with it."""
    async with visit[DATABASE].write() as unit:
        gone = await making.withdraw_promise(unit, visit.person, visit[RIGHTS], promise_id)
        return (await view_promises(unit.session, visit.person, visit[RIGHTS], [gone]))[0]
