"""REST: agents. An agent's own day."""

from aiohttp import web
from pydantic import BaseModel

from crm_core.calls.agent_day import get_day
from crm_core.calls.call_view import CallView
from crm_core.kernel.clock import utc_now
from web.keys import DATABASE
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
    async with visit[DATABASE].read() as session:
        day = await get_day(session, visit.person, utc_now())
    return AgentDay.model_validate(day, from_attributes=True)
