"""REST: the missed-call ledger: who waits to be rung back, and who is doing it."""

from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from crm_core.calls.missed_calls import claims
from crm_core.calls.missed_calls.listing import (
    MissedCallQuery,
    get_missed_call,
    read_books,
)
from crm_core.calls.missed_calls.listing import list_missed_calls as list_missed_calls_of
from crm_core.calls.missed_calls.view import DebtFilter, MissedCallBooks, MissedCallView
from crm_core.kernel.errors import Conflict, Forbidden, InvalidValue, NotFound
from crm_core.kernel.paging import InvalidCursor
from web.api.inputs import Input, Line, Paging
from web.keys import DATABASE, RIGHTS
from web.operations import operation
from web.region import region_of
from web.visit import Visit

routes = web.RouteTableDef()


class _Which(Input):
    """Which debts. All conditions hold together."""

    mine: bool = Field(default=False, description="That are one's own to ring back.")
    team: UUID | None = None
    queue: Line | None = None
    q: Line | None = Field(default=None, description="A number, or part of one.")
    from_at: AwareDatetime | None = Field(default=None, alias="from")
    to_at: AwareDatetime | None = Field(default=None, alias="to")


class MissedCallSearch(_Which, Paging):
    """Which debts: outstanding ones by how long they wait, all others newest first."""

    state: DebtFilter = "outstanding"


class BooksSearch(_Which):
    """Which debts are counted: those opened in the period."""


class MissedCallPage(BaseModel):
    """A page of missed calls."""

    items: list[MissedCallView]
    next_cursor: str | None


class WriteOffReason(Input):
    """Why nobody is to ring back."""

    reason: Annotated[Line, StringConstraints(min_length=1)]


@routes.get("/api/missed-calls")
@operation(errors=(InvalidCursor,))
async def list_missed_calls(visit: Visit, query: MissedCallSearch) -> MissedCallPage:
    """List who called, was not answered, and has not been spoken with since."""
    wanted = MissedCallQuery(**query.model_dump())
    async with visit[DATABASE].read() as session:
        page = await list_missed_calls_of(
            session, visit.person, visit[RIGHTS], wanted, region=await region_of(visit, session)
        )
    return MissedCallPage(items=list(page.items), next_cursor=page.next_cursor)


@routes.get("/api/missed-calls/summary")
@operation()
async def summarise_missed_calls(visit: Visit, query: BooksSearch) -> MissedCallBooks:
    """Tell how the debts stand: opened = settled + written_off + outstanding."""
    wanted = MissedCallQuery(**query.model_dump())
    async with visit[DATABASE].read() as session:
        return await read_books(
            session, visit.person, visit[RIGHTS], wanted, region=await region_of(visit, session)
        )


@routes.get("/api/missed-calls/{missed_call_id}")
@operation(errors=(NotFound,))
async def show_missed_call(visit: Visit, missed_call_id: UUID) -> MissedCallView:
    """Show one debt."""
    async with visit[DATABASE].read() as session:
        return await get_missed_call(session, visit.person, visit[RIGHTS], missed_call_id)


@routes.post("/api/missed-calls/{missed_call_id}/claim")
@operation(200, errors=(NotFound, Forbidden, Conflict))
async def claim_missed_call(visit: Visit, missed_call_id: UUID) -> MissedCallView:
    """Take a caller for oneself for some minutes, so that nobody else rings them as well."""
    async with visit[DATABASE].write() as unit:
        await claims.claim(unit, visit.person, visit[RIGHTS], missed_call_id)
        return await get_missed_call(unit.session, visit.person, visit[RIGHTS], missed_call_id)


@routes.delete("/api/missed-calls/{missed_call_id}/claim")
@operation(errors=(NotFound, Forbidden, Conflict))
async def release_missed_call(visit: Visit, missed_call_id: UUID) -> None:
    """Give one's own claim back."""
    async with visit[DATABASE].write() as unit:
        await claims.release(unit, visit.person, visit[RIGHTS], missed_call_id)


@routes.post("/api/missed-calls/{missed_call_id}/write-off")
@operation(200, errors=(NotFound, Forbidden, Conflict, InvalidValue))
async def write_off_missed_call(
    visit: Visit, missed_call_id: UUID, body: WriteOffReason
) -> MissedCallView:
    """Give a debt up, and say why."""
    async with visit[DATABASE].write() as unit:
        await claims.write_off(unit, visit.person, visit[RIGHTS], missed_call_id, body.reason)
        return await get_missed_call(unit.session, visit.person, visit[RIGHTS], missed_call_id)
