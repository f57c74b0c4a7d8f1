"""REST: calls, and what agents say of them."""

from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, Field

from crm_core.calls import calls
from crm_core.calls.agent_words import CallDesk
from crm_core.calls.call_query import CallQuery
from crm_core.calls.call_view import CallView
from crm_core.calls.shown_cards import CardState
from crm_core.insight.agent_line import AgentLine, line_of
from crm_core.insight.wrap_up_clock import WrapUpClock
from crm_core.kernel.call_facts import CallResult, CallStatus, Direction
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, Forbidden, InvalidValue, NotFound
from crm_core.kernel.paging import InvalidCursor
from web.api.inputs import CommaSeparated, Input, Line, Paging, Text
from web.keys import BOARD, DATABASE, LIVE_LOG, RIGHTS
from web.operations import operation
from web.region import region_of
from web.visit import Visit

routes = web.RouteTableDef()


class CallSearch(Paging):
    """Which calls, newest first. All conditions hold together."""

    client: UUID | None = None
    number: Line | None = None
    direction: Direction | None = None
    result: Annotated[list[CallResult], CommaSeparated] | None = None
    status: Annotated[list[CallStatus], CommaSeparated] | None = None
    q: Line | None = Field(default=None, description="Part of a client's name, or a number.")
    queue: Line | None = None
    answered_within: Annotated[float, Field(ge=0, le=86_400)] | None = Field(
        default=None, description="In a queue, so many seconds after entering it."
    )
    user: UUID | None = Field(default=None, description="Whose phone rang, spoke or dialled.")
    team: UUID | None = None
    disposition: Line | None = Field(default=None, description="A code, or `none`.")
    has_client: bool | None = None
    has_recording: bool = False
    not_returned: bool = Field(default=False, description="Unanswered, and not spoken with since.")
    min_talk: Annotated[float, Field(ge=0, le=86_400)] | None = None
    card: CardState | None = Field(default=None, description="A card that was seen, or was not.")
    card_slower_ms: Annotated[float, Field(ge=0, le=86_400_000)] | None = Field(
        default=None, description="A card that was painted so late after the ring, or later."
    )
    from_at: AwareDatetime | None = Field(default=None, alias="from")
    to_at: AwareDatetime | None = Field(default=None, alias="to")


class CallPage(BaseModel):
    """A page of calls."""

    items: list[CallView]
    next_cursor: str | None


class CallNote(Input):
    """The note on a call; with `version`, only if nobody else has written since."""

    text: Text
    version: int | None = None


class CallDisposition(Input):
    """What came of the talk; null takes it back."""

    disposition: Line | None


class CallClient(Input):
    """Whom the call was with; null says nobody we know."""

    client_id: UUID | None


@routes.get("/api/calls")
@operation(errors=(InvalidCursor,))
async def list_calls(visit: Visit, query: CallSearch) -> CallPage:
    """List the calls that one may see, newest first."""
    wanted = CallQuery(**query.model_dump())
    async with visit[DATABASE].read() as session:
        page = await calls.list_calls(
            session, visit.person, visit[RIGHTS], wanted, region=await region_of(visit, session)
        )
    return CallPage(items=list(page.items), next_cursor=page.next_cursor)


@routes.get("/api/calls/{call_id}")
@operation(errors=(NotFound,))
async def get_call(visit: Visit, call_id: UUID) -> CallView:
    """Show one call; the id of a folded consultation answers with the survivor."""
    async with visit[DATABASE].read() as session:
        return await calls.get_call(session, visit.person, visit[RIGHTS], call_id, visit[LIVE_LOG])


@routes.put("/api/calls/{call_id}/note")
@operation(errors=(NotFound, Forbidden, Conflict))
async def write_call_note(visit: Visit, call_id: UUID, body: CallNote) -> CallView:
    """Write the note of a call, live or ended."""
    async with visit[DATABASE].write() as unit:
        return await _desk(visit, unit).write_note(call_id, body.text, version=body.version)


@routes.put("/api/calls/{call_id}/disposition")
@operation(errors=(NotFound, Forbidden))
async def choose_call_disposition(visit: Visit, call_id: UUID, body: CallDisposition) -> CallView:
    """Say what came of the talk."""
    async with visit[DATABASE].write() as unit:
        return await _desk(visit, unit).choose_disposition(call_id, body.disposition)


@routes.post("/api/calls/{call_id}/finish")
@operation(errors=(NotFound, Forbidden, InvalidValue))
async def finish_call(visit: Visit, call_id: UUID) -> CallView:
    """End the wrap-up of a talk; refused while its queue's required result is missing."""
    async with visit[DATABASE].write() as unit:
        call = await _desk(visit, unit).finish(call_id)
    _clock(visit).end_of(visit.person.user_id, call_id, call.id)
    return call


@routes.post("/api/calls/{call_id}/wrap-up/extend")
@operation(errors=(NotFound, Conflict))
async def extend_wrap_up(visit: Visit, call_id: UUID) -> AgentLine:
    """Give oneself half a minute more for writing up this talk."""
    async with visit[DATABASE].read() as session:
        await calls.get_call(session, visit.person, visit[RIGHTS], call_id, visit[LIVE_LOG])
    now = utc_now()
    if not _clock(visit).extend(visit.person.user_id, call_id, now):
        raise Conflict("the time for writing up this talk is over", reason="wrap_up_over")
    return line_of(visit[BOARD].floor, visit.person.user_id, now)


@routes.put("/api/calls/{call_id}/client")
@operation(errors=(NotFound, Forbidden))
async def choose_call_client(visit: Visit, call_id: UUID, body: CallClient) -> CallView:
    """Say whom the call was with; no look-up changes it afterwards."""
    async with visit[DATABASE].write() as unit:
        return await _desk(visit, unit).choose_client(call_id, body.client_id)


def _clock(visit: Visit) -> WrapUpClock:
    return visit[BOARD].floor.wrap_ups


def _desk(visit: Visit, unit: UnitOfWork) -> CallDesk:
    return CallDesk(unit, visit.person, visit[RIGHTS], visit[LIVE_LOG])
