"""Lists of tasks: what is open by when it is due, what has ended newest first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, tuple_
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person, Rights
from crm_core.kernel.paging import Page, cut_page, read_cursor, write_cursor
from crm_core.kernel.upsert import table_of
from crm_core.sales.links import reach
from crm_core.sales.tables import Task
from crm_core.sales.task_rows import view_tasks
from crm_core.sales.task_view import TaskCounts, TaskKind, TaskState, TaskView

TASK = table_of(Task)
_OPEN, _DONE = "tasks open", "tasks done"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskQuery:
    """Which tasks; all conditions hold together."""

    state: TaskState = "open"
    assignee: UUID | None = None
    is_unassigned: bool = False
    client: UUID | None = None
    deal: UUID | None = None
    call: UUID | None = None
    kind: TaskKind | None = None
    due_from: datetime | None = None
    due_to: datetime | None = None
    limit: int = 50
    cursor: str | None = None


async def list_tasks(
    session: AsyncSession, person: Person, rights: Rights, query: TaskQuery
) -> Page[TaskView]:
    """Return a page of the tasks that the person may read.

    Open ones by when they are due, the longest overdue first; the others, newest end first.
    """
    is_done = query.state == "done"
    moment = TASK.c.done_at if is_done else TASK.c.due_at
    name = _DONE if is_done else _OPEN
    statement = select(Task).where(reach(person, rights, "task", TASK), *_asked(query))
    if query.cursor:
        at, task_id = read_cursor(query.cursor, name, datetime, UUID)
        place = tuple_(at, task_id, types=(moment.type, TASK.c.id.type))
        row = tuple_(moment, TASK.c.id)
        statement = statement.where(row < place if is_done else row > place)
    if is_done:
        statement = statement.order_by(moment.desc(), TASK.c.id.desc())
    else:
        statement = statement.order_by(moment, TASK.c.id)
    rows = (await session.exec(statement.limit(query.limit + 1))).all()
    cut = cut_page(
        rows,
        query.limit,
        lambda task: write_cursor(
            name, (task.done_at if is_done else None) or task.due_at, task.id
        ),
    )
    return Page(await view_tasks(session, person, rights, cut.items), cut.next_cursor)


def _asked(query: TaskQuery) -> list[ColumnElement[bool]]:
    columns = {
        "assignee_id": query.assignee,
        "client_id": query.client,
        "deal_id": query.deal,
        "call_id": query.call,
        "kind": query.kind,
    }
    chosen = [TASK.c[name] == value for name, value in columns.items() if value is not None]
    if query.state != "all":
        ended = TASK.c.done_at.is_not(None)
        chosen.append(ended if query.state == "done" else ~ended)
    if query.is_unassigned:
        chosen.append(TASK.c.assignee_id.is_(None))
    if query.due_from:
        chosen.append(TASK.c.due_at >= query.due_from)
    if query.due_to:
        chosen.append(TASK.c.due_at < query.due_to)
    return chosen


async def count_tasks(session: AsyncSession, person: Person, now: datetime) -> TaskCounts:
    """Count what one has to do: overdue at this moment, and still to come until midnight.

    The day is that of the person's own time zone. What is due on a whole day is overdue after it.
    """
    local = now.astimezone(ZoneInfo(person.time_zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = (midnight + timedelta(days=1)).astimezone(now.tzinfo)
    mine = [TASK.c.assignee_id == person.user_id, TASK.c.done_at.is_(None)]
    late_day = TASK.c.is_all_day & (TASK.c.due_at < midnight.astimezone(now.tzinfo))
    late = late_day | (~TASK.c.is_all_day & (TASK.c.due_at < now))
    due = select(func.count()).select_from(TASK).where(*mine, TASK.c.due_at < tomorrow)
    overdue = (await session.exec(due.where(late))).one()
    return TaskCounts(overdue=overdue, today=(await session.exec(due)).one() - overdue)
