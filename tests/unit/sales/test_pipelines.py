"""Pipelines: stages as data, and no open deal ever without a place."""

import pytest

from crm_core.access.permissions import Person
from crm_core.kernel.errors import Conflict, Forbidden, InvalidValue
from crm_core.sales.pipeline_view import PipelineChanges, PipelineView, StageDraft
from crm_core.sales.pipelines import change_pipeline, create_pipeline
from tests.unit.sales.conftest import SalesFloor


@pytest.fixture
async def admin(floor: SalesFloor) -> Person:
    return await floor.office.hire("root", role="admin")


async def change(
    floor: SalesFloor, by: Person, pipeline: PipelineView, changes: PipelineChanges
) -> PipelineView:
    async with floor.database.write() as unit:
        seen = (pipeline.id, pipeline.version)
        return await change_pipeline(unit, by, floor.office.rights, seen, changes)


def drafts(pipeline: PipelineView, *, without: str = "") -> tuple[StageDraft, ...]:
    return tuple(
        StageDraft(id=stage.id, name=stage.name, norm_days=stage.norm_days)
        for stage in pipeline.stages
        if stage.kind == "open" and stage.is_active and stage.name != without
    )


async def test_an_office_begins_with_one_pipeline(floor: SalesFloor) -> None:
    names = [stage.name for stage in (await floor.pipeline()).stages]

    assert names == [
        *("Звонок", "Встреча", "Предложение", "Счёт", "Оплата", "Выиграна", "Проиграна"),
    ]


async def test_stages_are_added_renamed_and_put_in_another_order(
    floor: SalesFloor, admin: Person
) -> None:
    pipeline = await floor.pipeline()
    first, *rest = drafts(pipeline)
    renamed = first.model_copy(update={"name": "Знакомство"})

    after = await change(
        floor,
        admin,
        pipeline,
        PipelineChanges(stages=(*rest, renamed, StageDraft(name="Отгрузка", norm_days=3))),
    )

    opened = [stage.name for stage in after.stages if stage.kind == "open"]
    assert opened == ["Встреча", "Предложение", "Счёт", "Оплата", "Знакомство", "Отгрузка"]
    assert [stage.kind for stage in after.stages][-2:] == ["won", "lost"]


async def test_a_stage_with_open_deals_goes_only_when_it_is_said_where_they_go(
    floor: SalesFloor, admin: Person
) -> None:
    deal = await floor.deal(floor.anna, client_id=floor.client.id)
    pipeline = await floor.pipeline()
    without = PipelineChanges(stages=drafts(pipeline, without="Звонок"))

    with pytest.raises(InvalidValue, match="1 open deals stand in «Звонок»") as refusal:
        await change(floor, admin, pipeline, without)
    assert refusal.value.field == "moves"
    moves = {await floor.stage("Звонок"): await floor.stage("Встреча")}
    after = await change(floor, admin, pipeline, without.model_copy(update={"moves": moves}))

    assert (await floor.see(floor.anna, deal.id)).stage.name == "Встреча"
    put_away = next(stage for stage in after.stages if stage.name == "Звонок")
    assert not put_away.is_active
    newest = (await floor.timeline(deal.id))[0]
    assert newest.change is not None
    assert newest.change["to"] == "Встреча"


async def test_deals_never_go_into_a_stage_that_goes_itself(
    floor: SalesFloor, admin: Person
) -> None:
    await floor.deal(floor.anna)
    pipeline = await floor.pipeline()
    kept = tuple(one for one in drafts(pipeline) if one.name not in ("Звонок", "Встреча"))
    moves = {await floor.stage("Звонок"): await floor.stage("Встреча")}

    with pytest.raises(InvalidValue):
        await change(floor, admin, pipeline, PipelineChanges(stages=kept, moves=moves))

    assert (await floor.pipeline()).version == pipeline.version


async def test_the_last_pipeline_and_one_with_open_deals_stay(
    floor: SalesFloor, admin: Person
) -> None:
    pipeline = await floor.pipeline()
    with pytest.raises(InvalidValue, match="last pipeline"):
        await change(floor, admin, pipeline, PipelineChanges(is_active=False))
    async with floor.database.write() as unit:
        stages = [StageDraft(name="Заявка")]
        await create_pipeline(unit, admin, floor.office.rights, "Сервис", stages)
    await floor.deal(floor.anna)

    with pytest.raises(InvalidValue, match="1 open deals"):
        await change(floor, admin, pipeline, PipelineChanges(is_active=False))


async def test_only_who_may_changes_and_only_what_was_seen(
    floor: SalesFloor, admin: Person
) -> None:
    pipeline = await floor.pipeline()
    with pytest.raises(Forbidden):
        await change(floor, floor.vera, pipeline, PipelineChanges(name="Моя"))
    await change(floor, admin, pipeline, PipelineChanges(name="Опт"))

    with pytest.raises(Conflict):
        await change(floor, admin, pipeline, PipelineChanges(name="Розница"))
