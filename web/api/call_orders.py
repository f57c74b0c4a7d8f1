"""REST: calls by a click. The source is one's own phone; there is no field to name another."""

from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import Field

from crm_core.calls.control import ActionUnanswered, PbxRefused, PbxUnreachable
from crm_core.calls.frames import OrderView
from crm_core.calls.missed_calls import claims
from crm_core.calls.orders.desk import Click, KeyUsedAgain, NoPhone
from crm_core.calls.orders.dial_rules import (
    BadNumber,
    NumberNotAllowed,
    SpendCapReached,
    TooManyCalls,
)
from crm_core.calls.orders.watch import view_order
from crm_core.kernel.errors import Conflict, Forbidden, InvalidValue, NotFound
from web.api.inputs import Input, Name
from web.keys import CALLING, DATABASE, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()

KEY_HEADER = "Idempotency-Key"
KEY_LIMIT = 200
REFUSALS = (PbxUnreachable, PbxRefused, ActionUnanswered)
LIMITS = (BadNumber, NumberNotAllowed, TooManyCalls, SpendCapReached)


class NewCall(Input):
    """Whom to call; `pbx` chooses among several phones of one's own."""

    number: Annotated[Name, Field(max_length=80)]
    client_id: UUID | None = None
    pbx: Annotated[Name, Field(max_length=64)] | None = None
    missed_call_id: UUID | None = Field(
        default=None, description="The debt that this call pays; taken for oneself first."
    )


@routes.post("/api/calls")
@operation(202, errors=(Forbidden, NotFound, Conflict, NoPhone, KeyUsedAgain, *LIMITS, *REFUSALS))
async def place_call(visit: Visit, body: NewCall) -> OrderView:
    """Ring one's own phone, and when it is lifted call the number.

    The same click again, or the same `Idempotency-Key`, is the same call and the same answer.
    What became of it is pushed as `order.changed` and told by its order.
    """
    await visit[RIGHTS].demand(visit.person, "place", "call")
    if body.missed_call_id is not None:  # nobody else rings this person meanwhile
        async with visit[DATABASE].write() as unit:
            await claims.claim(unit, visit.person, visit[RIGHTS], body.missed_call_id)
    click = Click(number=body.number, pbx=body.pbx, client_id=body.client_id, key=_key(visit))
    return view_order(await visit[CALLING].orders.call(visit.person, click))


@routes.get("/api/call-orders/{order_id}")
@operation(errors=(NotFound,))
async def get_call_order(visit: Visit, order_id: UUID) -> OrderView:
    """What has really become of one's own click."""
    return view_order(await visit[CALLING].orders.watch.get(visit.person, order_id))


def _key(visit: Visit) -> str | None:
    key = visit.request.headers.get(KEY_HEADER)
    if key is not None and not (key.isprintable() and 0 < len(key) <= KEY_LIMIT):
        raise InvalidValue(KEY_HEADER, f"must be 1 to {KEY_LIMIT} printable characters")
    return key
