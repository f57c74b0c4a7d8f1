"""REST: what the office says of its queues."""

from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.access.working_hours import WorkingHours
from crm_core.calls import queue_settings
from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from web.api.inputs import Input, Line, Name
from web.keys import DATABASE, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


class QueueTitle(BaseModel):
    """How people call a queue of a PBX."""

    pbx: str
    name: str
    title: str
    is_disposition_required: bool


class QueueTitles(BaseModel):
    """Every queue that has been described."""

    items: list[QueueTitle]
    next_cursor: str | None


class QueueSettingView(QueueTitle):
    """A queue as administrators see it. No `dispositions`: all can be chosen."""

    id: UUID
    wrap_up_seconds: int | None
    service_level_seconds: int | None
    team_id: UUID | None
    working_hours: WorkingHours | None
    dispositions: list[str]
    version: int


class SeenQueue(BaseModel):
    """A queue that calls came through lately and nobody has described."""

    pbx: str
    name: str


class QueueSettings(BaseModel):
    """The queues that were described, and those that were not."""

    items: list[QueueSettingView]
    unnamed: list[SeenQueue]
    next_cursor: str | None


class QueueSettingInput(Input):
    """What is to hold for a queue. Another `name` says: the PBX calls it so now."""

    pbx: Annotated[Name, Field(max_length=64)]
    name: Annotated[Name, Field(max_length=128)]
    title: Annotated[Line, Field(max_length=200)] = ""
    is_disposition_required: bool = False
    wrap_up_seconds: int | None = Field(default=None, ge=0, le=3_600)
    service_level_seconds: int | None = Field(
        default=None, ge=1, le=3_600, description="Null: as the office says."
    )
    team_id: UUID | None = Field(default=None, description="Who rings its callers back.")
    working_hours: WorkingHours | None = Field(
        default=None, description="Null: as the office says."
    )
    dispositions: Annotated[list[Name], Field(max_length=100)] = Field(default_factory=list)


class QueueSettingChange(QueueSettingInput):
    """The same, for a queue that was seen in this version."""

    version: int


@routes.get("/api/queue-titles")
@operation(errors=(Forbidden,))
async def list_queue_titles(visit: Visit) -> QueueTitles:
    """How people call the queues."""
    await visit[RIGHTS].demand(visit.person, "read", "queue_setting")
    async with visit[DATABASE].read() as session:
        found = await queue_settings.list_queues(session)
    return QueueTitles(
        items=[QueueTitle.model_validate(one.setting, from_attributes=True) for one in found],
        next_cursor=None,
    )


@routes.get("/api/queue-settings")
@operation(errors=(Forbidden,))
async def list_queue_settings(visit: Visit) -> QueueSettings:
    """What the office says of its queues, and which it says nothing of."""
    await visit[RIGHTS].demand(visit.person, "update", "queue_setting")
    async with visit[DATABASE].read() as session:
        found = await queue_settings.list_queues(session)
        unnamed = await queue_settings.list_unnamed(session)
    return QueueSettings(
        items=[_view(one) for one in found],
        unnamed=[SeenQueue(pbx=pbx, name=name) for pbx, name in unnamed],
        next_cursor=None,
    )


@routes.post("/api/queue-settings")
@operation(201, errors=(Forbidden, Conflict))
async def create_queue_setting(visit: Visit, body: QueueSettingInput) -> QueueSettingView:
    """Describe a queue."""
    await visit[RIGHTS].demand(visit.person, "create", "queue_setting")
    draft = _draft(body)
    async with visit[DATABASE].write() as unit:
        setting = await queue_settings.add_queue(unit, draft, by=visit.person.user_id)
    return _view(queue_settings.DescribedQueue(setting=setting, dispositions=draft.dispositions))


@routes.patch("/api/queue-settings/{queue_id}")
@operation(errors=(Forbidden, NotFound, Conflict))
async def change_queue_setting(
    visit: Visit, queue_id: UUID, body: QueueSettingChange
) -> QueueSettingView:
    """Describe a queue otherwise, or say how the PBX calls it now."""
    await visit[RIGHTS].demand(visit.person, "update", "queue_setting")
    draft = _draft(body)
    async with visit[DATABASE].write() as unit:
        setting = await queue_settings.change_queue(
            unit, queue_id, body.version, draft, by=visit.person.user_id
        )
    return _view(queue_settings.DescribedQueue(setting=setting, dispositions=draft.dispositions))


def _draft(body: QueueSettingInput) -> queue_settings.QueueDraft:
    plain = body.model_dump(exclude={"version", "working_hours"})
    return queue_settings.QueueDraft(**plain, working_hours=body.working_hours)


def _view(one: queue_settings.DescribedQueue) -> QueueSettingView:
    return QueueSettingView(
        **one.setting.model_dump(), dispositions=list(dict.fromkeys(one.dispositions))
    )
