"""REST: reasons for a pause."""

from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.calls.agents import pause_reasons
from crm_core.calls.agents.tables import PauseReason
from crm_core.kernel.errors import Forbidden, NotFound
from web.api.inputs import Input, Line, Name
from web.keys import DATABASE, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


def _absent() -> Any:
    """Stands for a field that was not sent: the schema then promises no default."""
    return None


class PauseReasonView(BaseModel):
    """One reason; `titles` holds a text for each language."""

    code: str
    titles: dict[str, str]
    position: int
    is_active: bool


class PauseReasonList(BaseModel):
    """All reasons in order, with those that were put away: past pauses name them."""

    items: list[PauseReasonView]
    next_cursor: None = None


class ReasonTitles(Input):
    """What a reason is called; without English the Russian one stands for both."""

    ru: Annotated[Name, Field(max_length=60)]
    en: Annotated[Line, Field(max_length=60)] = ""


class NewPauseReason(Input):
    """A reason to be added."""

    titles: ReasonTitles


class PauseReasonChange(Input):
    """What is to be different; what is absent stays. `position` counts from 0."""

    titles: ReasonTitles = Field(default_factory=_absent)
    position: Annotated[int, Field(ge=0, le=1_000)] = Field(default_factory=_absent)
    is_active: bool = Field(default_factory=_absent)


@routes.get("/api/pause-reasons")
@operation(errors=(Forbidden,))
async def list_pause_reasons(visit: Visit) -> PauseReasonList:
    """Why somebody may take no calls from queues."""
    await visit[RIGHTS].demand(visit.person, "read", "pause_reason")
    async with visit[DATABASE].read() as session:
        found = await pause_reasons.list_reasons(session)
    return PauseReasonList(items=[_view(one) for one in found])


@routes.post("/api/pause-reasons")
@operation(201, errors=(Forbidden,))
async def create_pause_reason(visit: Visit, body: NewPauseReason) -> PauseReasonView:
    """Add a reason."""
    await visit[RIGHTS].demand(visit.person, "create", "pause_reason")
    async with visit[DATABASE].write() as unit:
        titles = body.titles.model_dump()
        return _view(await pause_reasons.add_reason(unit, titles, by=visit.person.user_id))


@routes.patch("/api/pause-reasons/{reason_id}")
@operation(errors=(Forbidden, NotFound))
async def change_pause_reason(
    visit: Visit, reason_id: str, body: PauseReasonChange
) -> PauseReasonView:
    """Call a reason, named by its code, otherwise, move it, or put it away; pauses go on."""
    await visit[RIGHTS].demand(visit.person, "update", "pause_reason")
    async with visit[DATABASE].write() as unit:
        changed = await pause_reasons.change_reason(
            unit,
            reason_id,
            titles=body.titles.model_dump() if body.titles else None,
            position=body.position,
            is_active=body.is_active,
            by=visit.person.user_id,
        )
        return _view(changed)


def _view(one: PauseReason) -> PauseReasonView:
    return PauseReasonView.model_validate(one, from_attributes=True)
