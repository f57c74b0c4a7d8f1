"""Pipelines: ordered stages as data. A stage that deals have been in is put away, never deleted."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.permissions import Person, Rights
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.text import clean_text
from crm_core.sales.deal_moves import move_all
from crm_core.sales.pipeline_view import PipelineChanges, PipelineView, StageDraft, StageView
from crm_core.sales.tables import Deal, Pipeline, Stage

NAME_LIMIT = 200
STAGES_LIMIT = 30
CLOSING = (("won", "Выиграна"), ("lost", "Проиграна"))


async def list_pipelines(session: AsyncSession) -> list[PipelineView]:
    """Return all pipelines in their order, each with its stages."""
    pipelines = (
        await session.exec(select(Pipeline).order_by(col(Pipeline.position), col(Pipeline.name)))
    ).all()
    stages = (await session.exec(select(Stage))).all()
    return [_view(one, [s for s in stages if s.pipeline_id == one.id]) for one in pipelines]


async def get_pipeline(session: AsyncSession, pipeline_id: UUID) -> PipelineView:
    """Return one pipeline, or `NotFound`."""
    pipeline = await session.get(Pipeline, pipeline_id)
    if pipeline is None:
        raise NotFound("no such pipeline")
    return _view(pipeline, await _stages(session, pipeline_id))


async def create_pipeline(
    unit: UnitOfWork, person: Person, rights: Rights, name: str, stages: Sequence[StageDraft]
) -> PipelineView:
    """Make a pipeline of these open stages; the two that close a deal are added behind them."""
    await rights.demand(person, "create", "pipeline")
    last = (await unit.session.exec(select(func.max(Pipeline.position)))).one()
    pipeline = Pipeline(
        id=uuid4(),
        name=_name(name, "name"),
        position=0 if last is None else last + 1,
        created_at=utc_now(),
    )
    unit.session.add(pipeline)
    await unit.session.flush()
    _demand_some(stages)
    for place, draft in enumerate(stages):
        unit.session.add(_new_stage(pipeline.id, draft, place))
    for place, (kind, title) in enumerate(CLOSING, start=len(stages)):
        unit.session.add(
            Stage(id=uuid4(), pipeline_id=pipeline.id, name=title, position=place, kind=kind)
        )
    await _say(unit, person, pipeline, "pipeline.created", {"name": pipeline.name})
    return await get_pipeline(unit.session, pipeline.id)


async def change_pipeline(
    unit: UnitOfWork,
    person: Person,
    rights: Rights,
    seen: tuple[UUID, int],
    changes: PipelineChanges,
) -> PipelineView:
    """Change a pipeline that was seen in this version. Open deals never lose their place."""
    await rights.demand(person, "update", "pipeline")
    pipeline_id, version = seen
    query = select(Pipeline).where(Pipeline.id == pipeline_id).with_for_update()
    pipeline = (await unit.session.exec(query)).first()
    if pipeline is None:
        raise NotFound("no such pipeline")
    if pipeline.version != version:
        raise Conflict(
            "Somebody else has changed this pipeline meanwhile.", reason="changed_meanwhile"
        )
    before = _told(await get_pipeline(unit.session, pipeline_id))
    chosen = changes.model_fields_set
    if "name" in chosen:
        pipeline.name = _name(changes.name, "name")
    if "position" in chosen:
        pipeline.position = changes.position
    if "is_active" in chosen:
        await _switch(unit.session, pipeline, is_active=changes.is_active)
    if "stages" in chosen:
        await _set_stages(unit, person, pipeline, changes)
    pipeline.version += 1
    unit.session.add(pipeline)
    await unit.session.flush()
    after = await get_pipeline(unit.session, pipeline_id)
    await _say(
        unit, person, pipeline, "pipeline.changed", {"before": before, "after": _told(after)}
    )
    return after


async def _switch(session: AsyncSession, pipeline: Pipeline, *, is_active: bool) -> None:
    """Put a pipeline away or take it out again; one with open deals stays, and so does the last."""
    if not is_active:
        count = await _open_deals(session, Deal.pipeline_id == pipeline.id)
        if count:
            raise InvalidValue(
                "is_active",
                f"{count} open deals are still in this pipeline",
                reason="pipeline_has_deals",
                count=count,
            )
        others = select(func.count()).where(
            col(Pipeline.is_active), col(Pipeline.id) != pipeline.id
        )
        if not (await session.exec(others)).one():
            raise InvalidValue(
                "is_active", "the last pipeline cannot be put away", reason="last_pipeline"
            )
    pipeline.is_active = is_active


async def _set_stages(
    unit: UnitOfWork, person: Person, pipeline: Pipeline, changes: PipelineChanges
) -> None:
    _demand_some(changes.stages)
    stages = {stage.id: stage for stage in await _stages(unit.session, pipeline.id)}
    opened = {stage_id for stage_id, stage in stages.items() if stage.kind == "open"}
    kept = [draft.id for draft in changes.stages if draft.id]
    if len(kept) != len(set(kept)) or not opened.issuperset(kept):
        raise InvalidValue("stages", "each of these must be an open stage of this pipeline, once")
    for place, draft in enumerate(changes.stages):
        stage = stages[draft.id] if draft.id else _new_stage(pipeline.id, draft, place)
        stage.name, stage.position = _name(draft.name, "stages"), place
        stage.norm_days, stage.is_active = draft.norm_days, True
        stages[stage.id] = stage
        unit.session.add(stage)
    for place, (kind, _title) in enumerate(CLOSING, start=len(changes.stages)):
        for stage in stages.values():
            if stage.kind == kind:
                stage.position = place
    await unit.session.flush()
    targets = {stage.id for stage in stages.values() if stage.id not in opened.difference(kept)}
    for stage_id in opened.difference(kept):
        await _put_away(unit, person, stages[stage_id], {**changes.moves}, targets)


async def _put_away(
    unit: UnitOfWork, person: Person, stage: Stage, moves: Mapping[UUID, UUID], targets: set[UUID]
) -> None:
    """Take a stage out of use; its open deals go where `moves` says."""
    count = await _open_deals(unit.session, Deal.stage_id == stage.id)
    if count:
        target = moves.get(stage.id)
        if target is None:
            raise InvalidValue(
                "moves",
                f"{count} open deals stand in «{stage.name}»: say into which stage they go",
                reason="stage_has_deals",
                count=count,
                stage=stage.name,
            )
        into = await unit.session.get(Stage, target)
        if into is None or target not in targets or into.kind != "open":
            raise InvalidValue("moves", "deals go into an open stage of the same pipeline")
        await move_all(unit, person, stage, into)
    stage.is_active = False
    unit.session.add(stage)


async def _open_deals(session: AsyncSession, condition: Any) -> int:
    query = select(func.count()).select_from(Deal).where(condition, Deal.status == "open")
    return (await session.exec(query)).one()


async def _stages(session: AsyncSession, pipeline_id: UUID) -> Sequence[Stage]:
    return (await session.exec(select(Stage).where(Stage.pipeline_id == pipeline_id))).all()


def _new_stage(pipeline_id: UUID, draft: StageDraft, place: int) -> Stage:
    if draft.id is not None:
        raise InvalidValue("stages", "a new stage has no id yet")
    return Stage(
        id=uuid4(),
        pipeline_id=pipeline_id,
        name=_name(draft.name, "stages"),
        position=place,
        norm_days=draft.norm_days,
    )


def _demand_some(stages: Sequence[StageDraft]) -> None:
    if not 1 <= len(stages) <= STAGES_LIMIT:
        raise InvalidValue("stages", f"a pipeline has 1 to {STAGES_LIMIT} open stages")


def _name(text: str, field: str) -> str:
    name = " ".join(clean_text(text, limit=NAME_LIMIT).split())
    if not name:
        raise InvalidValue(field, "a name says something", reason="name_empty")
    return name


def _view(pipeline: Pipeline, stages: Sequence[Stage]) -> PipelineView:
    ordered = sorted(stages, key=lambda stage: (not stage.is_active, stage.position, stage.name))
    return PipelineView(
        id=pipeline.id,
        name=pipeline.name,
        position=pipeline.position,
        is_active=pipeline.is_active,
        version=pipeline.version,
        stages=tuple(StageView.model_validate(stage) for stage in ordered),
    )


def _told(view: PipelineView) -> dict[str, Any]:
    return view.model_dump(mode="json", exclude={"id", "version"})


async def _say(
    unit: UnitOfWork, person: Person, pipeline: Pipeline, what: str, details: dict[str, Any]
) -> None:
    await unit.session.flush()
    write_audit(unit, what, by=person.user_id, on=("pipeline", pipeline.id), details=details)
    unit.publish(RecordChanged(at=utc_now(), kind="pipeline", record_id=pipeline.id))
