"""REST: the demo's "call me now" button. Other servers do not have it."""

from aiohttp import web
from pydantic import BaseModel

from crm_core.access.users import get_profile
from crm_core.kernel.errors import Conflict
from web.api.inputs import Input, Name
from web.keys import DATABASE, DEMO
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


class DemoCall(Input):
    """Which kind of call to play; without a scenario, any."""

    scenario: Name | None = None


class DemoCallAccepted(BaseModel):
    """The call will ring in a moment."""

    extension: str


@routes.post("/api/demo/calls")
@operation(202, errors=(Conflict,))
async def play_demo_call(visit: Visit, body: DemoCall | None = None) -> DemoCallAccepted:
    """Ring the asker's phone; present only in the demo."""
    async with visit[DATABASE].read() as session:
        profile = await get_profile(session, visit.person.user_id)
    if not profile.phones:
        raise Conflict("You have no phone that could ring.")
    extension = profile.phones[0].extension
    await visit[DEMO](extension, body.scenario if body else None)
    return DemoCallAccepted(extension=extension)
