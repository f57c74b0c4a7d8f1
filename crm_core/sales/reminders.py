"""Reminders: a task that becomes due is told once to whoever is to do it, on an open screen."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select, update

from crm_core.access.permissions import Rights
from crm_core.access.tables import User
from crm_core.access.users import person_of
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.errors import CrmError
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.frames import Screens
from crm_core.sales.frames import TaskDueFrame, TasksChangedFrame
from crm_core.sales.tables import Task
from crm_core.sales.task_rows import view_tasks

logger = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
PAGE = 100
# What became due while nobody was logged in stands in the list; a toast would come too late.
LATEST = timedelta(hours=1)


class Reminders:
    """Tells of due tasks, and that lists of tasks are stale; run `run` beside it."""

    def __init__(self, database: Database, rights: Rights, screens: Screens) -> None:
        self._database = database
        self._rights = rights
        self._screens = screens

    async def run(self) -> None:
        """Look again and again until cancelled; a database that is away is waited for."""
        while True:
            try:
                await self.remind(utc_now())
            except CrmError as error:
                logger.warning("due tasks could not be read: %s", error)
            except Exception:
                logger.exception("due tasks could not be read")
            await asyncio.sleep(LOOK_SECONDS)

    async def remind(self, now: datetime) -> None:
        """Tell of what has become due. Marked first: a crash in between loses a toast, not a task.

        Whoever has no screen open is told when they have one, if that is soon enough.
        """
        ids = [
            task_id
            for task_id, assignee_id in await self._due(now)
            if assignee_id and self._screens.has_screen(assignee_id)
        ]
        if not ids:
            return
        for task in await self._mark(ids[:PAGE], now):
            if task.assignee_id:
                await self._tell(task, task.assignee_id)

    async def on_record_changed(self, event: RecordChanged) -> None:
        """Somebody's list of tasks is another."""
        if event.kind != "task":
            return
        async with self._database.read() as session:
            task = await session.get(Task, event.record_id)
        if task and task.assignee_id:
            self._screens.show(task.assignee_id, TasksChangedFrame())

    async def _due(self, now: datetime) -> Sequence[tuple[UUID, UUID | None]]:
        """Ids and assignees of what is due: nobody who is away may stand in others' way."""
        query = (
            select(col(Task.id), col(Task.assignee_id))
            .where(*_is_due(now), col(Task.assignee_id).is_not(None))
            .order_by(col(Task.due_at).desc())
        )
        async with self._database.read() as session:
            return (await session.exec(query)).all()

    async def _mark(self, ids: list[UUID], now: datetime) -> Sequence[Task]:
        """Mark what is due still: a task put off meanwhile keeps its reminder for later."""
        marked = select(Task).where(col(Task.id).in_(ids), Task.reminded_at == now)
        async with self._database.write() as unit:
            await unit.session.exec(
                update(Task).where(col(Task.id).in_(ids), *_is_due(now)).values(reminded_at=now)
            )
            return (await unit.session.exec(marked)).all()

    async def _tell(self, task: Task, user_id: UUID) -> None:
        async with self._database.read() as session:
            user = await session.get(User, user_id)
            if user is None or not user.is_active:
                return
            (view,) = await view_tasks(session, person_of(user), self._rights, [task])
        self._screens.show(user_id, TaskDueFrame(task=view))


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Task.done_at).is_(None),
        col(Task.due_at) <= now,
        col(Task.due_at) >= now - LATEST,
        col(Task.reminded_at).is_(None),
        col(Task.is_all_day).is_(False),
    )
