"""Reminders: whoever is at a screen is told once when a task of theirs is due."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from crm_core.access.permissions import Person
from crm_core.access.tables import User
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.frames import Frame
from crm_core.sales.frames import TaskDueFrame, TasksChangedFrame
from crm_core.sales.reminders import PAGE, Reminders
from crm_core.sales.task_view import TaskChanges, TaskView
from crm_core.sales.tasks import TaskDesk
from tests.unit.sales.conftest import TOMORROW, SalesFloor

MINUTE = timedelta(minutes=1)


@dataclass
class OpenScreens:
    """Screens that keep what they are shown."""

    people: set[UUID] = field(default_factory=set)
    shown: list[tuple[UUID, Frame]] = field(default_factory=list)

    def show(self, user_id: UUID, frame: Frame) -> None:
        self.shown.append((user_id, frame))

    def has_screen(self, user_id: UUID) -> bool:
        return user_id in self.people

    def told(self) -> list[tuple[UUID, str]]:
        """Of which tasks whom; asked anew each time."""
        told = [(who, f.task.title) for who, f in self.shown if isinstance(f, TaskDueFrame)]
        self.shown.clear()
        return told


@dataclass
class Desk:
    floor: SalesFloor
    screens: OpenScreens
    reminders: Reminders

    async def told_at(self, minutes: float) -> list[tuple[UUID, str]]:
        """What a look so long after everything was due tells."""
        await self.reminders.remind(TOMORROW + minutes * MINUTE)
        return self.screens.told()

    async def change(self, by: Person, task: TaskView, **fields: Any) -> None:
        async with self.floor.database.write() as unit:
            tasks = TaskDesk(unit, by, self.floor.office.rights)
            await tasks.change(task.id, task.version, TaskChanges(**fields))


@pytest.fixture
def desk(floor: SalesFloor) -> Desk:
    screens = OpenScreens({floor.anna.user_id})
    return Desk(floor, screens, Reminders(floor.database, floor.office.rights, screens))


async def test_a_due_task_is_told_once_even_after_a_restart(desk: Desk) -> None:
    anna = desk.floor.anna
    await desk.floor.task(anna)

    assert await desk.told_at(-1) == []
    assert await desk.told_at(0) == [(anna.user_id, "Отправить каталог")]
    assert await desk.told_at(1) == []
    desk.reminders = Reminders(desk.floor.database, desk.floor.office.rights, desk.screens)
    assert await desk.told_at(2) == []


async def test_a_task_put_off_is_told_again_at_its_new_time(desk: Desk) -> None:
    anna = desk.floor.anna
    task = await desk.floor.task(anna)
    assert len(await desk.told_at(0)) == 1

    await desk.change(anna, task, due_at=TOMORROW + 15 * MINUTE)

    assert await desk.told_at(14) == []
    assert len(await desk.told_at(15)) == 1


async def test_whoever_comes_within_the_hour_is_told_then_and_later_nothing(desk: Desk) -> None:
    anna, boris = desk.floor.anna, desk.floor.boris
    await desk.floor.task(boris)
    assert await desk.told_at(1) == []
    desk.screens.people.add(boris.user_id)
    assert await desk.told_at(30) == [(boris.user_id, "Отправить каталог")]

    await desk.floor.task(anna)
    assert await desk.told_at(61) == []


async def test_nobody_s_ended_and_whole_day_tasks_are_not_told(desk: Desk) -> None:
    anna = desk.floor.anna
    await desk.floor.task(anna, is_for_team=True)
    await desk.floor.task(anna, is_all_day=True)
    ended = await desk.floor.task(anna)
    async with desk.floor.database.write() as unit:
        await TaskDesk(unit, anna, desk.floor.office.rights).end(ended.id, "cancelled")

    assert await desk.told_at(1) == []


async def test_whoever_left_the_office_is_told_nothing(desk: Desk) -> None:
    anna = desk.floor.anna
    await desk.floor.task(anna)
    async with desk.floor.database.write() as unit:
        user = await unit.session.get_one(User, anna.user_id)
        user.is_active = False

    assert await desk.told_at(1) == []


async def test_a_task_put_off_while_it_is_being_told_keeps_its_new_reminder(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = desk.floor.anna
    task = await desk.floor.task(anna)
    has_read = desk.reminders._due

    async def put_off_then(now: Any) -> Any:
        due = await has_read(now)
        await desk.change(anna, task, due_at=TOMORROW + 15 * MINUTE)
        return due

    monkeypatch.setattr(desk.reminders, "_due", put_off_then)
    assert await desk.told_at(0) == []
    monkeypatch.undo()

    assert len(await desk.told_at(15)) == 1


async def test_those_who_are_away_do_not_keep_the_others_from_being_told(desk: Desk) -> None:
    anna, boris = desk.floor.anna, desk.floor.boris
    await desk.floor.task(anna)
    for number in range(PAGE):
        await desk.floor.task(boris, f"Дело {number}", due_at=TOMORROW + MINUTE)

    assert await desk.told_at(2) == [(anna.user_id, "Отправить каталог")]


async def test_the_tabs_of_the_assignee_hear_that_their_list_is_stale(desk: Desk) -> None:
    anna = desk.floor.anna
    task = await desk.floor.task(anna)

    for kind in ("task", "client"):
        change = RecordChanged(at=TOMORROW, record_id=task.id, kind=kind)
        await desk.reminders.on_record_changed(change)

    assert desk.screens.shown == [(anna.user_id, TasksChangedFrame())]
