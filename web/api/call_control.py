"""REST: a call that goes on is hung up, passed on, parked, or taken over."""

from typing import Annotated, Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.calls.agents.state import AgentState
from crm_core.calls.frames import OrderView
from crm_core.calls.orders.call_handling import CallIsOver, NothingToDo
from crm_core.calls.orders.desk import NoPhone
from crm_core.calls.orders.watch import view_order
from crm_core.kernel.errors import Forbidden, NotFound
from web.api.call_orders import LIMITS, REFUSALS
from web.api.inputs import Input, Name
from web.keys import BOARD, CALLING, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()

ERRORS = (Forbidden, NotFound, CallIsOver, NothingToDo, *REFUSALS)


class CallTransfer(Input):
    """To whom: a colleague's extension, or a number that one may call."""

    kind: Literal["blind", "attended"]
    to: Annotated[Name, Field(max_length=80)]


class CommandDone(BaseModel):
    """The PBX has taken the command; what comes of it is pushed with the call."""

    call_id: UUID


class ColleagueSeat(BaseModel):
    """Somebody with a phone. `call_id` is there while it rings, for whoever would take the call."""

    user_id: UUID
    name: str
    pbx: str
    extension: str
    state: AgentState
    call_id: UUID | None


class ColleagueSeatList(BaseModel):
    """All of them, by name."""

    items: list[ColleagueSeat]
    next_cursor: None = None


@routes.post("/api/calls/{call_id}/hangup")
@operation(202, errors=ERRORS)
async def hang_up_call(visit: Visit, call_id: UUID) -> CommandDone:
    """Put one's receiver down."""
    await visit[CALLING].handling.hang_up(visit.person, call_id)
    return CommandDone(call_id=call_id)


@routes.post("/api/calls/{call_id}/transfer")
@operation(202, errors=(*ERRORS, *LIMITS))
async def transfer_call(visit: Visit, call_id: UUID, body: CallTransfer) -> CommandDone:
    """Pass the other side on, at once or after asking."""
    await visit[CALLING].handling.transfer(visit.person, call_id, body.to, body.kind)
    return CommandDone(call_id=call_id)


@routes.post("/api/calls/{call_id}/transfer/complete")
@operation(202, errors=ERRORS)
async def complete_call_transfer(visit: Visit, call_id: UUID) -> CommandDone:
    """Leave the two others with one another."""
    await visit[CALLING].handling.end_consultation(visit.person, call_id, "complete")
    return CommandDone(call_id=call_id)


@routes.post("/api/calls/{call_id}/transfer/cancel")
@operation(202, errors=ERRORS)
async def cancel_call_transfer(visit: Visit, call_id: UUID) -> CommandDone:
    """Go back to the one who waits."""
    await visit[CALLING].handling.end_consultation(visit.person, call_id, "cancel")
    return CommandDone(call_id=call_id)


@routes.post("/api/calls/{call_id}/park")
@operation(202, errors=ERRORS)
async def park_call(visit: Visit, call_id: UUID) -> CommandDone:
    """Let the other side wait in a slot; the call's last transfer names it."""
    await visit[CALLING].handling.park(visit.person, call_id)
    return CommandDone(call_id=call_id)


@routes.post("/api/calls/{call_id}/pickup")
@operation(202, errors=(*ERRORS, NoPhone))
async def pick_up_call(visit: Visit, call_id: UUID) -> OrderView:
    """Take a call that rings at a colleague's: one's own phone rings, and has it when lifted."""
    return view_order(await visit[CALLING].handling.pick_up(visit.person, call_id))


@routes.get("/api/colleagues")
@operation(errors=(Forbidden,))
async def list_colleagues(visit: Visit) -> ColleagueSeatList:
    """Who sits at which phone and what their line does: to whom a call can be passed on."""
    await visit[RIGHTS].demand(visit.person, "place", "call")
    seats = visit[BOARD].colleagues()
    return ColleagueSeatList(
        items=[
            ColleagueSeat(
                user_id=seat.user_id,
                name=name,
                pbx=seat.pbx,
                extension=seat.extension,
                state=seat.state,
                call_id=seat.call_id if seat.state == "ringing" else None,
            )
            for name, seat in seats
        ]
    )
