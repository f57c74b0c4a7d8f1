"""REST: tasks."""

from typing import Annotated, Any
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from crm_core.kernel.paging import InvalidCursor
from crm_core.sales import task_list
from crm_core.sales.task_rows import view_tasks
from crm_core.sales.task_view import (
    TaskChanges,
    TaskCounts,
    TaskDraft,
    TaskKind,
    TaskOutcome,
    TaskState,
    TaskView,
)
from crm_core.sales.tasks import TaskDesk, get_task
from web.api.inputs import Input, Line, Name, Paging, Text
from web.keys import DATABASE, RIGHTS
from web.operations import operation
from web.region import region_of
from web.visit import Visit

routes = web.RouteTableDef()


def _absent() -> Any:
    """Stands for a field that was not sent: the schema then promises no default."""
    return None


class NewTask(Input):
    """A task to be made. Sent again with the same `id`, it is not made a second time."""

    id: UUID | None = Field(default=None, description="Chosen by the sender, once a task.")
    kind: TaskKind = "call"
    title: Name
    comment: Text | None = None
    due_at: AwareDatetime
    is_all_day: bool = False
    assignee_id: UUID | None = Field(default=None, description="Oneself, unless said.")
    is_for_team: bool = Field(default=False, description="Whoever of the team comes first.")
    client_id: UUID | None = None
    deal_id: UUID | None = None
    call_id: UUID | None = None
    number: Line | None = None


class TaskChange(Input):
    """What is to be changed; what is absent stays. `version` is the one that was seen."""

    version: int
    kind: TaskKind = Field(default_factory=_absent)
    title: Name = Field(default_factory=_absent)
    comment: Text | None = Field(default_factory=_absent)
    due_at: AwareDatetime = Field(default_factory=_absent)
    is_all_day: bool = Field(default_factory=_absent)
    assignee_id: UUID | None = Field(default_factory=_absent)


class TaskEnd(Input):
    """How a task ended."""

    outcome: TaskOutcome = "done"


class TaskSearch(Paging):
    """Which tasks. All conditions hold together."""

    state: TaskState = "open"
    assignee: UUID | None = None
    is_unassigned: bool = False
    client: UUID | None = None
    deal: UUID | None = None
    call: UUID | None = None
    kind: TaskKind | None = None
    due_from: Annotated[AwareDatetime | None, Field(description="Due then or later.")] = None
    due_to: Annotated[AwareDatetime | None, Field(description="Due before then.")] = None


class TaskPage(BaseModel):
    """A page of tasks."""

    items: list[TaskView]
    next_cursor: str | None


@routes.get("/api/tasks")
@operation(errors=(InvalidCursor,))
async def list_tasks(visit: Visit, query: TaskSearch) -> TaskPage:
    """List the tasks that one may see: open ones by when they are due."""
    wanted = task_list.TaskQuery(**query.model_dump())
    async with visit[DATABASE].read() as session:
        page = await task_list.list_tasks(session, visit.person, visit[RIGHTS], wanted)
    return TaskPage(items=list(page.items), next_cursor=page.next_cursor)


@routes.get("/api/tasks/counts")
@operation()
async def count_my_tasks(visit: Visit) -> TaskCounts:
    """How many of one's own open tasks are overdue, and due today."""
    async with visit[DATABASE].read() as session:
        return await task_list.count_tasks(session, visit.person, utc_now())


@routes.post("/api/tasks")
@operation(201, errors=(Forbidden, Conflict))
async def create_task(visit: Visit, body: NewTask) -> TaskView:
    """Add a task."""
    draft = TaskDraft.model_validate(body.model_dump())
    async with visit[DATABASE].write() as unit:
        task_id = await _desk(visit, unit).create(
            draft, region=await region_of(visit, unit.session)
        )
        return await _view(visit, unit.session, task_id)


@routes.get("/api/tasks/{task_id}")
@operation(errors=(NotFound,))
async def show_task(visit: Visit, task_id: UUID) -> TaskView:
    """Show one task."""
    async with visit[DATABASE].read() as session:
        return await _view(visit, session, task_id)


@routes.patch("/api/tasks/{task_id}")
@operation(errors=(NotFound, Forbidden, Conflict))
async def change_task(visit: Visit, task_id: UUID, body: TaskChange) -> TaskView:
    """Change an open task, if nobody else has since `version`."""
    changes = TaskChanges.model_validate(body.model_dump(exclude_unset=True, exclude={"version"}))
    async with visit[DATABASE].write() as unit:
        await _desk(visit, unit).change(task_id, body.version, changes)
        return await _view(visit, unit.session, task_id)


@routes.post("/api/tasks/{task_id}/done")
@operation(200, errors=(NotFound, Forbidden))
async def end_task(visit: Visit, task_id: UUID, body: TaskEnd | None = None) -> TaskView:
    """Say that a task is done, or is given up; twice is once."""
    async with visit[DATABASE].write() as unit:
        await _desk(visit, unit).end(task_id, body.outcome if body else "done")
        return await _view(visit, unit.session, task_id)


@routes.post("/api/tasks/{task_id}/reopen")
@operation(200, errors=(NotFound, Forbidden))
async def reopen_task(visit: Visit, task_id: UUID) -> TaskView:
    """Take it back that a task has ended."""
    async with visit[DATABASE].write() as unit:
        await _desk(visit, unit).reopen(task_id)
        return await _view(visit, unit.session, task_id)


@routes.delete("/api/tasks/{task_id}")
@operation(errors=(NotFound, Forbidden))
async def delete_task(visit: Visit, task_id: UUID) -> None:
    """Take a task away."""
    async with visit[DATABASE].write() as unit:
        await _desk(visit, unit).delete(task_id)


def _desk(visit: Visit, unit: UnitOfWork) -> TaskDesk:
    return TaskDesk(unit, visit.person, visit[RIGHTS])


async def _view(visit: Visit, session: AsyncSession, task_id: UUID) -> TaskView:
    task, _record = await get_task(session, visit.person, visit[RIGHTS], task_id)
    (view,) = await view_tasks(session, visit.person, visit[RIGHTS], [task])
    return view
