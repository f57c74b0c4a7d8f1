"""What a task leaves behind when it is made and ended, and how rows become what is shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person, Rights
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.events import RecordChanged
from crm_core.records.client_view import Named
from crm_core.records.tables import Activity, Record
from crm_core.sales.links import names_of_clients, names_of_users
from crm_core.sales.tables import Task
from crm_core.sales.task_view import TaskView


async def add_task(unit: UnitOfWork, task: Task, *, team_id: UUID | None) -> None:
    """Store a task that was checked, with its record and its trace on the timelines."""
    task.team_id = team_id
    unit.session.add(
        Record(
            id=task.id,
            kind="task",
            title=task.title,
            owner_id=task.assignee_id,
            team_id=team_id,
            created_at=task.created_at,
            updated_at=task.created_at,
        )
    )
    await unit.session.flush()
    unit.session.add(task)
    add_task_activity(unit, task, "created", by=task.author_id, at=task.created_at)
    await unit.session.flush()
    unit.tell("task.created", task.id, {"kind": task.kind, "made_by": task.made_by})
    say_changed(unit, task)


def end_task(
    unit: UnitOfWork, task: Task, record: Record, outcome: str, *, by: UUID | None, at: datetime
) -> None:
    """Let a task be done or cancelled. `by` None: it was settled by what has happened."""
    task.done_at, task.done_by_id, task.outcome = at, by, outcome
    record.version += 1
    record.updated_at = at
    unit.session.add_all([task, record])
    add_task_activity(unit, task, outcome, by=by, at=at)
    unit.tell(f"task.{outcome}", task.id, {"kind": task.kind})
    say_changed(unit, task)


def add_task_activity(
    unit: UnitOfWork, task: Task, action: str, *, by: UUID | None, at: datetime
) -> None:
    """Tell of a task on its client's timeline and on its deal's."""
    source_id = uuid5(task.id, f"{action} {at.isoformat()}")
    told: dict[str, Any] = {
        "action": action,
        "task_id": str(task.id),
        "kind": task.kind,
        "title": task.title,
        "due_at": task.due_at.isoformat(),
    }
    for record_id in filter(None, (task.client_id, task.deal_id)):
        unit.session.add(
            Activity(
                id=uuid5(record_id, str(source_id)),
                record_id=record_id,
                source_id=source_id,
                kind="task",
                at=at,
                actor_id=by,
                summary=told,
            )
        )


def say_changed(unit: UnitOfWork, task: Task) -> None:
    """Let screens know, after the commit; a ringing client's card shows its tasks."""
    unit.publish(RecordChanged(at=utc_now(), kind="task", record_id=task.id))
    if task.client_id:
        unit.publish(RecordChanged(at=utc_now(), kind="client", record_id=task.client_id))


async def view_tasks(
    session: AsyncSession, person: Person, rights: Rights, tasks: Sequence[Task]
) -> list[TaskView]:
    """Show tasks, in their order."""
    if not tasks:
        return []
    ids = [task.id for task in tasks]
    versions = dict(
        (await session.exec(select(Record.id, Record.version).where(col(Record.id).in_(ids)))).all()
    )
    clients = await names_of_clients(session, person, rights, (task.client_id for task in tasks))
    deals = await _names_of_deals(session, person, rights, {task.deal_id for task in tasks})
    people = (user_id for task in tasks for user_id in (task.assignee_id, task.done_by_id))
    users = await names_of_users(session, people)
    return [_view(task, versions[task.id], clients | deals, users) for task in tasks]


def _view(
    task: Task, version: int, records: dict[UUID, Named], users: dict[UUID, Named]
) -> TaskView:
    return TaskView(
        **task.model_dump(
            include={
                *("id", "kind", "title", "comment", "due_at", "is_all_day", "call_id", "number"),
                *("made_by", "times", "done_at", "outcome", "created_at"),
            }
        ),
        assignee=users.get(task.assignee_id) if task.assignee_id else None,
        client=records.get(task.client_id) if task.client_id else None,
        deal=records.get(task.deal_id) if task.deal_id else None,
        done_by=users.get(task.done_by_id) if task.done_by_id else None,
        version=version,
    )


async def _names_of_deals(
    session: AsyncSession, person: Person, rights: Rights, ids: set[UUID | None]
) -> dict[UUID, Named]:
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    query = select(Record).where(col(Record.id).in_(wanted), Record.kind == "deal")
    return {
        record.id: Named(id=record.id, name=record.title)
        for record in (await session.exec(query)).all()
        if await rights.may(person, "read", record)
    }
