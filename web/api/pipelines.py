"""REST: pipelines and their stages."""

from typing import Annotated, Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from crm_core.sales import pipelines
from crm_core.sales.pipeline_view import PipelineChanges, PipelineView, StageDraft
from web.api.inputs import Input, Name
from web.keys import DATABASE, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()

NormDays = Annotated[int, Field(ge=1, le=3650)]


def _absent() -> Any:
    """Stands for a field that was not sent: the schema then promises no default."""
    return None


class StageInput(Input):
    """An open stage. Without `id` it is a new one; `norm_days`: longer than this is late."""

    id: UUID | None = None
    name: Name
    norm_days: NormDays | None = None


Stages = Annotated[list[StageInput], Field(min_length=1, max_length=30)]


class NewPipeline(Input):
    """A pipeline to be made; the stages that win and lose a deal are added by themselves."""

    name: Name
    stages: Stages


class PipelineChange(Input):
    """What is to be changed; what is absent stays.

    `stages` are all open stages in their order. One that is missing is put away; `moves` says into
    which stage its open deals go: `{"from": "into"}` by id.
    """

    version: int
    name: Name = Field(default_factory=_absent)
    position: Annotated[int, Field(ge=0, le=1000)] = Field(default_factory=_absent)
    is_active: bool = Field(default_factory=_absent)
    stages: Stages = Field(default_factory=_absent)
    moves: dict[UUID, UUID] = Field(default_factory=_absent)


class PipelineList(BaseModel):
    """All pipelines; there are never so many that they need pages."""

    items: list[PipelineView]
    next_cursor: None = None


@routes.get("/api/pipelines")
@operation(errors=(Forbidden,))
async def list_pipelines(visit: Visit) -> PipelineList:
    """List the pipelines with their stages, those put away too."""
    await visit[RIGHTS].demand(visit.person, "read", "pipeline")
    async with visit[DATABASE].read() as session:
        return PipelineList(items=await pipelines.list_pipelines(session))


@routes.post("/api/pipelines")
@operation(201, errors=(Forbidden,))
async def create_pipeline(visit: Visit, body: NewPipeline) -> PipelineView:
    """Add a pipeline."""
    stages = [StageDraft.model_validate(stage.model_dump()) for stage in body.stages]
    async with visit[DATABASE].write() as unit:
        return await pipelines.create_pipeline(unit, visit.person, visit[RIGHTS], body.name, stages)


@routes.patch("/api/pipelines/{pipeline_id}")
@operation(errors=(NotFound, Forbidden, Conflict))
async def change_pipeline(visit: Visit, pipeline_id: UUID, body: PipelineChange) -> PipelineView:
    """Change a pipeline, if nobody else has since `version`; no open deal loses its place."""
    changes = PipelineChanges.model_validate(
        body.model_dump(exclude_unset=True, exclude={"version"})
    )
    async with visit[DATABASE].write() as unit:
        return await pipelines.change_pipeline(
            unit, visit.person, visit[RIGHTS], (pipeline_id, body.version), changes
        )
