"""Tasks: who sees them, when they are due, and that asking twice makes one."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from crm_core.access.permissions import Person
from crm_core.kernel.errors import Conflict, Forbidden, InvalidValue, NotFound
from crm_core.sales.task_list import count_tasks
from crm_core.sales.task_view import TaskChanges, TaskCounts, TaskView
from crm_core.sales.tasks import TaskDesk
from tests.unit.sales.conftest import TOMORROW, SalesFloor


async def change(floor: SalesFloor, by: Person, task: TaskView, **fields: Any) -> TaskView:
    async with floor.database.write() as unit:
        desk = TaskDesk(unit, by, floor.office.rights)
        await desk.change(task.id, task.version, TaskChanges(**fields))
    return await floor.look(by, task.id)


async def end(floor: SalesFloor, by: Person, task: TaskView) -> TaskView:
    async with floor.database.write() as unit:
        await TaskDesk(unit, by, floor.office.rights).end(task.id, "done")
    return await floor.look(by, task.id)


async def test_a_task_is_one_s_own_unless_said(floor: SalesFloor) -> None:
    own = await floor.task(floor.anna, client_id=floor.client.id)
    given = await floor.task(floor.anna, assignee_id=floor.boris.user_id)
    anybody = await floor.task(floor.anna, is_for_team=True)

    assert own.assignee
    assert own.assignee.id == floor.anna.user_id
    assert own.client
    assert own.client.id == floor.client.id
    assert given.assignee
    assert given.assignee.id == floor.boris.user_id
    assert anybody.assignee is None
    assert [task.id for task in await floor.tasks(floor.boris, is_unassigned=True)] == [anybody.id]


async def test_asking_twice_with_one_id_makes_one_task(floor: SalesFloor) -> None:
    chosen = uuid4()

    first = await floor.task(floor.anna, id=chosen)
    again = await floor.task(floor.anna, "Другой текст", id=chosen)

    assert first == again
    assert len(await floor.tasks(floor.anna)) == 1
    with pytest.raises(Conflict):
        await floor.task(floor.boris, id=chosen)


async def test_asking_at_once_with_one_id_makes_one_task(floor: SalesFloor) -> None:
    chosen = uuid4()

    made = await asyncio.gather(*(floor.task(floor.anna, id=chosen) for _ in range(5)))

    assert {task.id for task in made} == {chosen}
    assert len(await floor.tasks(floor.anna)) == 1


async def test_a_task_of_a_deal_is_a_task_of_its_client(floor: SalesFloor) -> None:
    deal = await floor.deal(floor.anna, client_id=floor.client.id)

    task = await floor.task(floor.anna, deal_id=deal.id)

    assert task.client
    assert task.client.id == floor.client.id
    assert (await floor.see(floor.anna, deal.id)).next_task_at == TOMORROW
    assert {entry.kind for entry in await floor.timeline(deal.id)} == {"deal", "task"}


async def test_open_tasks_stand_by_when_they_are_due_and_ended_ones_newest_first(
    floor: SalesFloor,
) -> None:
    later = await floor.task(floor.anna, "позже", due_at=TOMORROW + timedelta(hours=1))
    sooner = await floor.task(floor.anna, "раньше")

    assert [task.title for task in await floor.tasks(floor.anna)] == ["раньше", "позже"]
    await end(floor, floor.anna, sooner)
    ended = await end(floor, floor.anna, later)
    assert ended.outcome == "done"
    assert ended.done_by
    assert ended.done_by.id == floor.anna.user_id
    done = await floor.tasks(floor.anna, state="done")
    assert [task.title for task in done] == ["позже", "раньше"]
    assert await floor.tasks(floor.anna) == []


async def test_ending_twice_is_ending_once_and_it_can_be_taken_back(floor: SalesFloor) -> None:
    task = await floor.task(floor.anna, client_id=floor.client.id)
    once = await end(floor, floor.anna, task)

    assert await end(floor, floor.anna, task) == once
    with pytest.raises(Conflict):
        await change(floor, floor.anna, once, title="Поздно")
    async with floor.database.write() as unit:
        await TaskDesk(unit, floor.anna, floor.office.rights).reopen(task.id)
    assert (await floor.look(floor.anna, task.id)).done_at is None


async def test_another_team_learns_nothing_and_a_colleague_deletes_nothing(
    floor: SalesFloor,
) -> None:
    task = await floor.task(floor.anna)

    with pytest.raises(NotFound):
        await floor.look(floor.gleb, task.id)
    with pytest.raises(Forbidden):
        async with floor.database.write() as unit:
            await TaskDesk(unit, floor.boris, floor.office.rights).delete(task.id)
    assert await floor.tasks(floor.gleb) == []


async def test_a_task_handed_to_another_team_is_still_seen_by_who_gave_it(
    floor: SalesFloor,
) -> None:
    task = await floor.task(floor.anna, client_id=floor.client.id, assignee_id=floor.gleb.user_id)

    seen_by_gleb = await floor.look(floor.gleb, task.id)
    assert seen_by_gleb.client is None  # he may do it, and learns nothing of the client by that
    assert task.client is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("assignee_id", uuid4()), ("client_id", uuid4()), ("deal_id", uuid4())],
)
async def test_a_task_that_cannot_be_is_refused_by_field(
    floor: SalesFloor, field: str, value: Any
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        await floor.task(floor.anna, **{"title": "Отправить", field: value})

    assert refusal.value.field == field


async def test_the_day_is_counted_where_the_person_lives(floor: SalesFloor) -> None:
    now = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)  # half past midnight of the third in Moscow
    await floor.task(floor.anna, due_at=now - timedelta(minutes=1))
    await floor.task(floor.anna, due_at=now + timedelta(hours=23))
    await floor.task(floor.anna, due_at=now + timedelta(hours=24))
    whole_day = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
    await floor.task(floor.anna, due_at=whole_day, is_all_day=True)
    await floor.task(floor.boris, due_at=now)

    async with floor.database.read() as session:
        counts = await count_tasks(session, floor.anna, now)

    assert counts == TaskCounts(overdue=1, today=2)
