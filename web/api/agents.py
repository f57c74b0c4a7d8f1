"""REST: agents. An agent's own day."""

from aiohttp import web
from pydantic import BaseModel

from crm_core.calls.call_view import CallView
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


class AgentDay(BaseModel):
    """One's own figures since midnight in one's own time zone."""

    calls: int
    answered: int
    missed: int
    talk_seconds: float
    missed_calls: list[CallView]
    recent_calls: list[CallView]


@routes.get("/api/agents/me/day")
@operation()
async def get_my_day(visit: Visit) -> AgentDay:
    """What the agent did today, and whom nobody has answered."""
    raise NotImplementedError
