"""REST: numbers whose calls show no card and make no task."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.calls import ignored_numbers
from crm_core.calls.tables import IgnoredNumber
from crm_core.kernel.clock import utc_now
from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from web.api.inputs import Input, Line, Name
from web.keys import DATABASE, READ_PHONES, RIGHTS
from web.operations import operation
from web.region import region_of
from web.visit import Visit

routes = web.RouteTableDef()


class IgnoredNumberView(BaseModel):
    """A number, or with `is_prefix` all that begin so."""

    id: UUID
    number: str
    is_prefix: bool
    shows_no_card: bool
    makes_no_task: bool
    is_blocked: bool
    reason: str
    created_at: datetime


class IgnoredNumberList(BaseModel):
    """All of them."""

    items: list[IgnoredNumberView]
    next_cursor: str | None


class NewIgnoredNumber(Input):
    """A number to be left alone."""

    number: Annotated[Name, Field(max_length=64)]
    is_prefix: bool = False
    shows_no_card: bool = True
    makes_no_task: bool = True
    is_blocked: bool = False
    reason: Line = ""


@routes.get("/api/ignored-numbers")
@operation(errors=(Forbidden,))
async def list_ignored_numbers(visit: Visit) -> IgnoredNumberList:
    """The numbers that are left alone."""
    await visit[RIGHTS].demand(visit.person, "read", "ignored_number")
    async with visit[DATABASE].read() as session:
        found = await ignored_numbers.list_ignored(session)
    return IgnoredNumberList(items=[_view(row) for row in found], next_cursor=None)


@routes.post("/api/ignored-numbers")
@operation(201, errors=(Forbidden, Conflict))
async def create_ignored_number(visit: Visit, body: NewIgnoredNumber) -> IgnoredNumberView:
    """Leave a number alone; calls that ring now are drawn anew."""
    await visit[RIGHTS].demand(visit.person, "create", "ignored_number")
    row = IgnoredNumber(**body.model_dump(), id=visit.person.user_id, created_at=utc_now())
    async with visit[DATABASE].write() as unit:
        await ignored_numbers.add_ignored(
            unit,
            body.number,
            row,
            region=await region_of(visit, unit.session),
            by=visit.person.user_id,
        )
    await visit[READ_PHONES]()
    return _view(row)


@routes.delete("/api/ignored-numbers/{number_id}")
@operation(errors=(Forbidden, NotFound))
async def delete_ignored_number(visit: Visit, number_id: UUID) -> None:
    """Let a number be like any other again."""
    await visit[RIGHTS].demand(visit.person, "delete", "ignored_number")
    async with visit[DATABASE].write() as unit:
        await ignored_numbers.remove_ignored(unit, number_id, by=visit.person.user_id)
    await visit[READ_PHONES]()


def _view(row: IgnoredNumber) -> IgnoredNumberView:
    return IgnoredNumberView.model_validate(row, from_attributes=True)
