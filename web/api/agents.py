"""REST: agents. An agent's own day and line, and who takes calls from queues."""

from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from crm_core.access.permissions import Subject
from crm_core.access.users import get_user
from crm_core.calls.agents.day import get_day
from crm_core.calls.agents.pause_reasons import demand_reason
from crm_core.calls.call_view import CallView
from crm_core.calls.control import ActionUnanswered, PbxRefused, PbxUnreachable
from crm_core.insight.agent_line import AgentLine, line_of
from crm_core.insight.pauses import note_pause
from crm_core.kernel.clock import utc_now
from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from web.api.inputs import Input, Name
from web.keys import BOARD, DATABASE, PAUSES, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()

FAILURES = (NotFound, Forbidden, Conflict, PbxUnreachable, PbxRefused, ActionUnanswered)


class AgentDay(BaseModel):
    """One's own figures since midnight in one's own time zone."""

    calls: int
    answered: int
    missed: int
    talk_seconds: float
    missed_calls: list[CallView]
    recent_calls: list[CallView]


class Pause(Input):
    """Why somebody takes no calls from queues; a code from the list of reasons."""

    reason: Name


@routes.get("/api/agents/me/day")
@operation()
async def get_my_day(visit: Visit) -> AgentDay:
    """What the agent did today, and whom nobody has answered."""
    async with visit[DATABASE].read() as session:
        day = await get_day(session, visit.person, utc_now())
    return AgentDay.model_validate(day, from_attributes=True)


@routes.get("/api/agents/me/line")
@operation()
async def get_my_line(visit: Visit) -> AgentLine:
    """What one's own line does; it is pushed as well."""
    return line_of(visit[BOARD].floor, visit.person.user_id, utc_now())


@routes.put("/api/agents/{agent_id}/pause")
@operation(errors=FAILURES)
async def pause_agent(visit: Visit, agent_id: UUID, body: Pause) -> AgentLine:
    """Take somebody out of all queues; the answer is what the PBX then says of them."""
    return await _pause(visit, agent_id, body)


@routes.post("/api/agents/{agent_id}/pause")
@operation(200, errors=FAILURES)
async def begin_agent_pause(visit: Visit, agent_id: UUID, body: Pause) -> AgentLine:
    """The same, for programs that begin a pause rather than set it."""
    return await _pause(visit, agent_id, body)


async def _pause(visit: Visit, agent_id: UUID, body: Pause) -> AgentLine:
    await _demand_pause(visit, agent_id)
    async with visit[DATABASE].read() as session:
        reason = await demand_reason(session, body.reason)
    await visit[PAUSES].pause(agent_id, reason.code)
    async with visit[DATABASE].write() as unit:
        note_pause(unit, agent_id, reason.code, by=visit.person.user_id)
    return line_of(visit[BOARD].floor, agent_id, utc_now())


@routes.delete("/api/agents/{agent_id}/pause")
@operation(errors=FAILURES)
async def end_agent_pause(visit: Visit, agent_id: UUID) -> AgentLine:
    """Let somebody be called from all queues again; a wrap-up is over with it."""
    await _demand_pause(visit, agent_id)
    await visit[PAUSES].ready(agent_id)
    async with visit[DATABASE].write() as unit:
        note_pause(unit, agent_id, None, by=visit.person.user_id)
    return line_of(visit[BOARD].floor, agent_id, utc_now())


async def _demand_pause(visit: Visit, agent_id: UUID) -> None:
    async with visit[DATABASE].read() as session:
        user = await get_user(session, agent_id)
    subject = Subject(id=user.id, kind="agent", owner_id=user.id, team_id=user.team_id)
    await visit[RIGHTS].demand(visit.person, "pause", subject)
