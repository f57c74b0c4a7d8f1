"""Promises that settle themselves: read from the outbox, so that no fact is missed.

A talk with the caller after the promise keeps it, in time or late; so does its task, done. A task
that is cancelled takes the promise back. What is told twice or late settles nothing differently.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from crm_core.calls.callers import caller_of
from crm_core.calls.promises.making import end_own_task, keep_row
from crm_core.calls.promises.tables import Promise
from crm_core.calls.tables import Call
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.outbox_tables import OutboxEntry
from crm_core.sales.tables import Task

UNKEPT = ("open", "kept_late")  # of these a fact may still tell better


async def on_outbox_entry(unit: UnitOfWork, entry: OutboxEntry) -> None:
    """Look at what may keep a promise; all else passes by."""
    match entry.kind:
        case "call.ended":
            await _on_talk(unit, entry)
        case "call.client_chosen":
            await _follow_client(unit, entry)
            await _on_talk(unit, entry)
        case "task.done" | "task.cancelled":
            await _on_task(unit, entry)


async def _on_talk(unit: UnitOfWork, entry: OutboxEntry) -> None:
    call = await unit.session.get(Call, entry.record_id)
    if call is None or call.result != "answered" or call.merged_into:
        return
    if call.direction == "internal" or call.answered_at is None:
        return
    was_made = col(Promise.made_at) < call.answered_at
    any_made = select(Promise.id).where(col(Promise.state).in_(UNKEPT), was_made).limit(1)
    if (await unit.session.exec(any_made)).first() is None:
        return
    caller = await caller_of(unit.session, call)
    if not caller.is_known:
        return
    theirs = caller.is_in(Promise.client_id, Promise.number)
    for promise in await _unkept(unit, theirs, was_made):
        is_in_time = call.answered_at <= promise.due_at
        if promise.state == "open" or is_in_time:  # told late, a talk may still prove us right
            promise.settled_by_call_id = call.id
            await _settle(unit, promise, by="call", at=call.answered_at)


async def _on_task(unit: UnitOfWork, entry: OutboxEntry) -> None:
    task = await unit.session.get(Task, entry.record_id)
    if task is None or task.kind != "promise" or task.done_at is None:
        return
    of_task = col(Promise.task_id) == task.id
    for promise in await _unkept(unit, of_task, col(Promise.state) == "open"):
        if entry.kind == "task.cancelled":
            promise.state, promise.settled_at, promise.settled_by = (
                *("withdrawn", task.done_at),
                "person",
            )
            await keep_row(unit, promise)
        else:
            await _settle(unit, promise, by="task", at=task.done_at)


async def _follow_client(unit: UnitOfWork, entry: OutboxEntry) -> None:
    """Somebody has said whom the call was with: to that one it was promised."""
    call = await unit.session.get(Call, entry.record_id)
    if call is None:
        return
    for promise in await _unkept(unit, col(Promise.call_id) == call.id):
        promise.client_id = call.client_id
        await keep_row(unit, promise)


async def _unkept(unit: UnitOfWork, *which: ColumnElement[bool]) -> Sequence[Promise]:
    query = select(Promise).where(*which, col(Promise.state).in_(UNKEPT))
    query = query.order_by(col(Promise.made_at), col(Promise.id)).with_for_update()
    query = query.execution_options(populate_existing=True)
    return (await unit.session.exec(query)).all()


async def _settle(unit: UnitOfWork, promise: Promise, *, by: str, at: datetime) -> None:
    told: dict[str, Any] = {"by": by}
    promise.state = "kept" if at <= promise.due_at else "kept_late"
    promise.settled_at, promise.settled_by = at, by
    unit.tell(f"promise.{promise.state}", promise.id, told)
    await end_own_task(unit, promise, "done", by=None, at=at)
    await keep_row(unit, promise)
