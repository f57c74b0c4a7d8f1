"""Call-backs that make and settle themselves: the rule behind "nobody who called is forgotten".

Read from the outbox, so that each ended call is looked at exactly once, whatever crashed meanwhile.
The ledger (`crm_core/calls/missed_calls/ledger.py`) says what a call has changed in the books; here
each debt gets its one open task, in the same transaction, and a talk ends it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid5

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.calls.callers import Caller, caller_of
from crm_core.calls.missed_calls.duty import due_at
from crm_core.calls.missed_calls.ledger import LONGEST_AGE, RULE, Booked, book, ended_at, rebook
from crm_core.calls.missed_calls.tables import MissedCall
from crm_core.calls.tables import Call
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.outbox_tables import OutboxEntry
from crm_core.records.tables import Record
from crm_core.sales.tables import Task
from crm_core.sales.task_rows import add_task, end_task, say_changed

TITLE = "Перезвонить"


async def on_outbox_entry(unit: UnitOfWork, entry: OutboxEntry) -> None:
    """Look at a call that has ended, or of which somebody has said whom it was with."""
    if entry.kind not in ("call.ended", "call.client_chosen"):
        return
    call = await unit.session.get(Call, entry.record_id)
    if call is None or call.status != "ended":
        return
    enter = book if entry.kind == "call.ended" else rebook
    changes = await enter(unit, call)
    for booked in changes:
        if booked.change == "opened":
            await _add_task(unit, booked.debt, booked.call)
        elif booked.change == "counted":
            await _count_in_task(unit, booked)
    if changes or ended_at(call) >= utc_now() - LONGEST_AGE:
        await _end_tasks(unit, call)


async def _add_task(unit: UnitOfWork, debt: MissedCall, call: Call) -> None:
    """Let somebody ring back: once a call, however often it is told."""
    task_id = uuid5(call.id, RULE)
    if await unit.session.get(Record, task_id) is not None:
        return
    at = ended_at(call)
    task = Task(
        id=task_id,
        kind="callback",
        title=TITLE,
        due_at=await due_at(unit.session, debt, at),
        assignee_id=debt.assignee_id,
        client_id=debt.client_id,
        call_id=call.id,
        number=debt.number,
        made_by=RULE,
        times=debt.times_called,
        created_at=at,
    )
    await add_task(unit, task, team_id=debt.team_id or DEFAULT_TEAM_ID)
    debt.task_id = task_id
    unit.session.add(debt)
    await unit.session.flush()


async def _count_in_task(unit: UnitOfWork, booked: Booked) -> None:
    """Tell the open task of it; one that somebody has ended meanwhile is followed by another."""
    debt, call = booked.debt, booked.call
    task = await unit.session.get(Task, debt.task_id) if debt.task_id else None
    if task is not None and task.done_at is None:
        if (task.times, task.number) != (debt.times_called, debt.number):
            task.times, task.number = debt.times_called, debt.number
            unit.session.add(task)
            await unit.session.flush()
            say_changed(unit, task)
        return
    # told again, a call brings no task back that somebody has ended or deleted since
    is_news = task is None or task.done_at is None or ended_at(call) > task.done_at
    is_missed = call.direction == "inbound" and debt.state == "outstanding"
    if is_missed and is_news and uuid5(call.id, RULE) != debt.task_id:
        await _add_task(unit, debt, call)


async def _end_tasks(unit: UnitOfWork, talk: Call) -> None:
    """They were spoken with: whatever was to be done about it until then is done."""
    if talk.result != "answered" or talk.merged_into or talk.direction == "internal":
        return
    caller = await caller_of(unit.session, talk)
    if not caller.is_known:
        return
    at = ended_at(talk)
    for task in await _open_tasks(unit.session, caller, at):
        record = await unit.session.get(Record, task.id)
        if record is not None:
            end_task(unit, task, record, "done", by=None, at=at)
    await unit.session.flush()


async def _open_tasks(session: AsyncSession, caller: Caller, at: datetime) -> Sequence[Task]:
    query = (
        select(Task)
        .where(
            caller.is_in(Task.client_id, Task.number),
            Task.made_by == RULE,
            col(Task.done_at).is_(None),
            Task.created_at <= at,
        )
        .order_by(col(Task.created_at))
        .with_for_update()
    )
    return (await session.exec(query)).all()
