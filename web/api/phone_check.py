"""REST: let one of our phones ring, and see how soon its card stands on the screen."""

from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.access.audit import write_audit
from crm_core.calls.control import ActionUnanswered, PbxRefused, PbxUnreachable
from crm_core.calls.pbx.phone_check import Outcome, PhoneIsTried, read_endpoint
from crm_core.kernel.errors import Forbidden, NotFound
from web.api.inputs import Input, Name
from web.api.pbx_tests import EndpointUser, saved_settings
from web.keys import DATABASE, HUB, LINKS, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


class PhoneToRing(Input):
    """One of our endpoints, as the PBX calls it."""

    extension: Annotated[Name, Field(max_length=40)]
    technology: Annotated[Name, Field(max_length=10)] = "PJSIP"


class PhoneRung(BaseModel):
    """What came of it. `milliseconds`: from the ring to the painted card."""

    outcome: Outcome
    milliseconds: int | None
    call_id: UUID | None
    user: EndpointUser | None
    has_screen: bool = Field(description="Whether that person has a page open.")


@routes.post("/api/pbx-links/{link_id}/test-ring")
@operation(errors=(Forbidden, NotFound, PhoneIsTried, PbxUnreachable, PbxRefused, ActionUnanswered))
async def ring_test_phone(visit: Visit, link_id: UUID, body: PhoneToRing) -> PhoneRung:
    """Let a phone of ours ring, as a call from «Allo»; never a number, never an outside line."""
    await visit[RIGHTS].demand(visit.person, "update", "pbx_link")
    settings = await saved_settings(visit, link_id)
    read_endpoint(settings, body.technology, body.extension)
    async with visit[DATABASE].write() as unit:
        details = {"pbx": settings.name, "extension": body.extension}
        on = ("pbx_link", link_id)
        write_audit(unit, "pbx_link.phone_rung", by=visit.person.user_id, on=on, details=details)
    done = await visit[LINKS].phones.ring(settings, body.technology, body.extension)
    user = None
    if done.user_id is not None:
        user = EndpointUser(id=done.user_id, name=done.user_name or "")
    return PhoneRung(
        outcome=done.outcome,
        milliseconds=None if done.seconds is None else round(done.seconds * 1000),
        call_id=done.call_id,
        user=user,
        has_screen=done.user_id is not None and visit[HUB].has_screen(done.user_id),
    )
