"""Tasks: making, changing, ending and reading them. Nothing here commits."""

from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.permissions import Person, Rights
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.phone import read_number
from crm_core.kernel.text import clean_text
from crm_core.kernel.turns import take_turn
from crm_core.records.tables import Record
from crm_core.sales.deals import get_deal
from crm_core.sales.links import demand_client, demand_user
from crm_core.sales.tables import Task
from crm_core.sales.task_rows import add_task, end_task, say_changed
from crm_core.sales.task_view import TaskChanges, TaskDraft, TaskOutcome

TITLE_LIMIT = 300
COMMENT_LIMIT = 20_000


class TaskDesk:
    """What one person does with tasks, in one unit of work."""

    def __init__(self, unit: UnitOfWork, person: Person, rights: Rights) -> None:
        self._unit = unit
        self._person = person
        self._rights = rights

    async def create(self, draft: TaskDraft, *, region: str) -> UUID:
        """Make a task; gives its id. Asked twice with one id, it makes one."""
        await self._rights.demand(self._person, "create", "task")
        if draft.id and await self._is_made(draft.id):
            return draft.id
        session = self._unit.session
        await demand_client(session, self._person, self._rights, draft.client_id)
        client_id = draft.client_id
        if draft.deal_id:
            client_id = await self._client_of_deal(draft.deal_id, client_id)
        assignee_id = None if draft.is_for_team else draft.assignee_id or self._person.user_id
        await demand_user(session, assignee_id, "assignee_id")
        task = Task(
            id=draft.id or uuid4(),
            kind=draft.kind,
            title=_title(draft.title),
            comment=_comment(draft.comment),
            due_at=draft.due_at,
            is_all_day=draft.is_all_day,
            assignee_id=assignee_id,
            client_id=client_id,
            deal_id=draft.deal_id,
            call_id=draft.call_id,
            number=read_number(draft.number, region).number if draft.number else None,
            author_id=self._person.user_id,
            created_at=utc_now(),
        )
        # the author's team: whoever hands a task to another team still sees what becomes of it
        await add_task(self._unit, task, team_id=self._person.team_id or DEFAULT_TEAM_ID)
        self._audit(task, "task.created")
        return task.id

    async def change(self, task_id: UUID, version: int, changes: TaskChanges) -> None:
        """Change what `changes` has set, if nobody else has changed the task since `version`."""
        task, record = await self._find(task_id, "update")
        if record.version != version:
            raise Conflict("Somebody else has changed this task meanwhile.")
        if task.done_at:
            raise Conflict("This task has ended: open it again first.")
        for field in changes.model_fields_set:
            await self._set(task, record, field, getattr(changes, field))
        record.version += 1
        record.updated_at = utc_now()
        self._unit.session.add_all([task, record])
        await self._unit.session.flush()
        self._audit(task, "task.changed", fields=sorted(changes.model_fields_set))
        say_changed(self._unit, task)

    async def end(self, task_id: UUID, outcome: TaskOutcome) -> None:
        """Say that a task is done, or will not be; saying it twice changes nothing."""
        task, record = await self._find(task_id, "update")
        if task.done_at:
            return
        end_task(self._unit, task, record, outcome, by=self._person.user_id, at=utc_now())
        await self._unit.session.flush()
        self._audit(task, f"task.{outcome}")

    async def reopen(self, task_id: UUID) -> None:
        """Take it back that a task has ended."""
        task, record = await self._find(task_id, "update")
        if task.done_at is None:
            return
        task.done_at = task.done_by_id = task.outcome = None
        record.version += 1
        record.updated_at = utc_now()
        self._unit.session.add_all([task, record])
        await self._unit.session.flush()
        self._audit(task, "task.reopened")
        say_changed(self._unit, task)

    async def delete(self, task_id: UUID) -> None:
        """Take a task away; what the timelines tell of it stays."""
        task, _record = await self._find(task_id, "delete")
        self._audit(task, "task.deleted", title=task.title)
        say_changed(self._unit, task)
        await self._unit.session.exec(delete(Task).where(col(Task.id) == task_id))
        await self._unit.session.exec(delete(Record).where(col(Record.id) == task_id))

    async def _is_made(self, task_id: UUID) -> bool:
        """Whether this person has made this very task before."""
        await take_turn(self._unit.session, task_id)
        if await self._unit.session.get(Record, task_id) is None:
            return False
        task = await self._unit.session.get(Task, task_id)
        if task is None or task.author_id != self._person.user_id:
            raise Conflict("This id is taken.")
        return True

    async def _client_of_deal(self, deal_id: UUID, client_id: UUID | None) -> UUID | None:
        try:
            deal, _record = await get_deal(self._unit.session, self._person, self._rights, deal_id)
        except NotFound:
            raise InvalidValue("deal_id", "there is no such deal") from None
        return client_id or deal.client_id

    async def _find(self, task_id: UUID, action: str) -> tuple[Task, Record]:
        return await get_task(
            self._unit.session, self._person, self._rights, task_id, action=action
        )

    async def _set(self, task: Task, record: Record, field: str, value: Any) -> None:
        match field:
            case "title":
                task.title = record.title = _title(value)
            case "comment":
                task.comment = _comment(value)
            case "due_at":
                if value is None:
                    raise InvalidValue("due_at", "a task is due some day")
                task.due_at, task.reminded_at = value, None
            case "assignee_id":
                await demand_user(self._unit.session, value, "assignee_id")
                task.assignee_id = record.owner_id = value
                task.reminded_at = None
            case "kind":
                task.kind = value
            case "is_all_day":
                task.is_all_day = value

    def _audit(self, task: Task, what: str, **details: Any) -> None:
        write_audit(
            self._unit, what, by=self._person.user_id, on=("task", task.id), details=details
        )


async def get_task(
    session: AsyncSession, person: Person, rights: Rights, task_id: UUID, *, action: str = "read"
) -> tuple[Task, Record]:
    """Return a task and its record; who may not know of it learns nothing."""
    query = (
        select(Task, Record).join(Record, col(Record.id) == col(Task.id)).where(Task.id == task_id)
    )
    if action != "read":
        query = query.with_for_update(of=Record)
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound("no such task")
    await rights.demand(person, action, found[1])
    return found


def _title(text: str) -> str:
    title = " ".join(clean_text(text, limit=TITLE_LIMIT).split())
    if not title:
        raise InvalidValue("title", "a task says what is to be done")
    return title


def _comment(text: str | None) -> str | None:
    return clean_text(text, limit=COMMENT_LIMIT) or None if text else None
