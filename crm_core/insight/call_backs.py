"""Call-backs that make and settle themselves: the rule behind "nobody who called is forgotten".

Read from the outbox, so that each ended call is looked at exactly once, whatever crashed meanwhile.
A caller whom nobody answered becomes one open task, however often they call; any talk with them
afterwards, in either direction, settles it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.tables import User
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.calls.ignored_numbers import makes_no_task
from crm_core.calls.tables import Call
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.outbox_tables import OutboxEntry
from crm_core.records.tables import Record
from crm_core.sales.tables import Task
from crm_core.sales.task_rows import add_task, end_task, say_changed

READER = "call_backs"
RULE = "missed_call"
TITLE = "Перезвонить"
# What is older when the rule first sees it (an upgrade, an imported log) is no debt of today.
LONGEST_AGE = timedelta(days=3)


async def on_outbox_entry(unit: UnitOfWork, entry: OutboxEntry) -> None:
    """Look at a call that has ended; all else passes by."""
    if entry.kind != "call.ended":
        return
    call = await unit.session.get(Call, entry.record_id)
    if call is None or call.merged_into or call.direction == "internal":
        return
    if call.number is None and call.client_id is None:
        return  # withheld: there is nobody to ring back
    if call.result == "answered":
        await _settle(unit, call)
    elif call.direction == "inbound":
        await _owe(unit, call)


async def _settle(unit: UnitOfWork, call: Call) -> None:
    """They were spoken with: what was owed until then is done."""
    at = call.ended_at or utc_now()
    for task in await _open_tasks(unit.session, call):
        record = await unit.session.get(Record, task.id)
        if record is not None and task.created_at <= at:
            end_task(unit, task, record, "done", by=None, at=at)
    await unit.session.flush()


async def _owe(unit: UnitOfWork, call: Call) -> None:
    """Nobody answered: one task, or one more time on the task that is open already."""
    at = call.ended_at or call.started_at
    if await makes_no_task(unit.session, call.number):
        return
    if at < utc_now() - LONGEST_AGE or await _was_spoken_with(unit.session, call, at):
        return
    opened = await _open_tasks(unit.session, call)
    if opened:
        task = opened[0]
        task.times += 1
        unit.session.add(task)
        await unit.session.flush()
        say_changed(unit, task)
        return
    task_id = uuid5(call.id, RULE)
    if await unit.session.get(Record, task_id) is not None:
        return
    owner = await _client(unit.session, call.client_id)
    task = Task(
        id=task_id,
        kind="callback",
        title=TITLE,
        due_at=at,
        assignee_id=await _who_rings_back(unit.session, call, owner),
        client_id=call.client_id,
        call_id=call.id,
        number=call.number,
        made_by=RULE,
        created_at=at,
    )
    await add_task(unit, task, team_id=(owner.team_id if owner else None) or DEFAULT_TEAM_ID)


def _same_caller(number: Any, client: Any, call: Call) -> ColumnElement[bool]:
    """The same number, or the same client by any number."""
    ways = []
    if call.number is not None:
        ways.append(number == call.number)
    if call.client_id is not None:
        ways.append(client == call.client_id)
    return or_(*ways)


async def _open_tasks(session: AsyncSession, call: Call) -> Sequence[Task]:
    query = (
        select(Task)
        .where(
            _same_caller(col(Task.number), col(Task.client_id), call),
            Task.made_by == RULE,
            col(Task.done_at).is_(None),
        )
        .order_by(col(Task.created_at))
        .with_for_update()
    )
    return (await session.exec(query)).all()


async def _was_spoken_with(session: AsyncSession, call: Call, after: datetime) -> bool:
    """Whether a later talk is in the log already: then this call is told late."""
    query = (
        select(Call.id)
        .where(
            _same_caller(col(Call.number), col(Call.client_id), call),
            Call.result == "answered",
            Call.started_at > after,
            col(Call.merged_into).is_(None),
        )
        .limit(1)
    )
    return (await session.exec(query)).first() is not None


async def _client(session: AsyncSession, client_id: UUID | None) -> Record | None:
    return await session.get(Record, client_id) if client_id else None


async def _who_rings_back(session: AsyncSession, call: Call, client: Record | None) -> UUID | None:
    """Who answers for the client, else who spoke with the caller last, else anybody of the team."""
    wanted = [client.owner_id] if client else []
    query = (
        select(Call.handled_by_user_id, Call.placed_by_user_id)
        .where(
            _same_caller(col(Call.number), col(Call.client_id), call),
            Call.result == "answered",
        )
        .order_by(col(Call.started_at).desc())
        .limit(1)
    )
    last = (await session.exec(query)).first()
    wanted += [last[0] or last[1]] if last else []
    for user_id in filter(None, wanted):
        user = await session.get(User, user_id)
        if user is not None and user.is_active:
            return user_id
    return None
