"""REST: what may be dialled by a click."""

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.calls.orders import call_limits
from crm_core.calls.orders.dial_rules import Limits
from crm_core.kernel.errors import Forbidden
from web.api.inputs import Input, Line, Name
from web.keys import DATABASE, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()

Prefixes = Annotated[list[Annotated[Line, Field(max_length=40)]], Field(max_length=200)]


class CallLimitView(BaseModel):
    """One role's limits; the role `*` are those of the whole office together.

    `allowed` and `denied` are beginnings of numbers, the longest that fits decides: `+` is every
    number of the world, `+7809` the paid ones of Russia. Short numbers are allowed unless denied,
    codes with * or # only if allowed.
    """

    role: str
    allowed: list[str]
    denied: list[str]
    calls_per_minute: int
    abroad_calls_per_day: int
    abroad_minutes_per_day: int


class CallLimitList(BaseModel):
    """All of them."""

    items: list[CallLimitView]
    next_cursor: None = None


class CallLimitInput(Input):
    """What is to hold for a role from now on."""

    role: Annotated[Name, Field(max_length=40)]
    allowed: Prefixes
    denied: Prefixes
    calls_per_minute: Annotated[int, Field(ge=0, le=10_000)]
    abroad_calls_per_day: Annotated[int, Field(ge=0, le=100_000)]
    abroad_minutes_per_day: Annotated[int, Field(ge=0, le=1_000_000)]


class CallLimitChanges(Input):
    """The rows to set; a role that is not named keeps its own."""

    items: Annotated[list[CallLimitInput], Field(max_length=50)]


@routes.get("/api/call-limits")
@operation(errors=(Forbidden,))
async def list_call_limits(visit: Visit) -> CallLimitList:
    """What each role may dial by a click."""
    await visit[RIGHTS].demand(visit.person, "read", "call_limit")
    return await _all(visit)


@routes.put("/api/call-limits")
@operation(errors=(Forbidden,))
async def change_call_limits(visit: Visit, body: CallLimitChanges) -> CallLimitList:
    """Let roles dial more, or less."""
    await visit[RIGHTS].demand(visit.person, "update", "call_limit")
    wanted = [Limits(**row.model_dump()) for row in body.items]
    async with visit[DATABASE].write() as unit:
        await call_limits.change_limits(unit, wanted, by=visit.person.user_id)
    return await _all(visit)


async def _all(visit: Visit) -> CallLimitList:
    async with visit[DATABASE].read() as session:
        found = await call_limits.list_limits(session)
    views = [CallLimitView.model_validate(one, from_attributes=True) for one in found]
    return CallLimitList(items=views)
