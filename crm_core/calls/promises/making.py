"""Promises made in calls: one key marks the second and makes the task; facts settle them.

A promise is kept by a talk with the same caller in time, whoever rang whom and from which number,
or by its task done; late is late, but better than never.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from sqlmodel import select

from crm_core.access.audit import write_audit
from crm_core.access.permissions import Person, Rights, Subject
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.calls.agent_words import CallDesk
from crm_core.calls.promises.tables import Promise
from crm_core.calls.tables import Call
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.text import clean_text
from crm_core.kernel.turns import take_turn
from crm_core.records.tables import Record
from crm_core.sales.tables import Task
from crm_core.sales.task_rows import add_task, end_task

RULE = "promise"
TITLE = "Обещали перезвонить"
TEXT_LIMIT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseDraft:
    """What is promised, and until when."""

    text: str
    due_at: datetime


async def make_promise(
    unit: UnitOfWork, desk: CallDesk, person: Person, call_id: UUID, draft: PromiseDraft
) -> Promise:
    """Keep a promise that was just made in a call, live or ended; asked twice it is one."""
    now = utc_now()
    if draft.due_at <= now:
        raise InvalidValue("due_at", "a promise is for later", reason="promise_past")
    call = await desk.take(call_id)
    await take_turn(unit.session, call.id)
    text = " ".join(clean_text(draft.text, limit=TEXT_LIMIT).split())
    same = select(Promise).where(
        Promise.call_id == call.id,
        Promise.made_by_id == person.user_id,
        Promise.due_at == draft.due_at,
        Promise.text == text,
        Promise.state == "open",
    )
    made = (await unit.session.exec(same)).first()
    if made is not None:
        return made
    promise = Promise(
        id=uuid4(),
        call_id=call.id,
        client_id=call.client_id,
        number=call.number,
        team_id=person.team_id or DEFAULT_TEAM_ID,
        second=_second_of(call, now),
        text=text,
        made_at=now,
        made_by_id=person.user_id,
        due_at=draft.due_at,
    )
    await _add_task(unit, promise)
    unit.session.add(promise)
    details = {"due_at": draft.due_at.isoformat()}
    write_audit(unit, "promise.made", by=person.user_id, on=("call", call.id), details=details)
    unit.tell("promise.made", promise.id, {"call_id": str(call.id)})
    return await keep_row(unit, promise)


async def withdraw_promise(
    unit: UnitOfWork, person: Person, rights: Rights, promise_id: UUID
) -> Promise:
    """Take a promise back that nothing came of; one that was kept stays kept."""
    query = select(Promise).where(Promise.id == promise_id).with_for_update()
    promise = (await unit.session.exec(query.execution_options(populate_existing=True))).first()
    if promise is None:
        raise NotFound("no such promise")
    await rights.demand(person, "update", subject_of(promise))
    if promise.state == "withdrawn":
        return promise
    if promise.state != "open":
        raise Conflict("This promise has been kept.", reason="promise_kept")
    promise.state, promise.settled_at, promise.settled_by = "withdrawn", utc_now(), "person"
    write_audit(unit, "promise.withdrawn", by=person.user_id, on=("call", promise.call_id))
    await end_own_task(unit, promise, "cancelled", by=person.user_id, at=utc_now())
    return await keep_row(unit, promise)


def subject_of(promise: Promise) -> Subject:
    """A promise as rights see it: it belongs to who made it."""
    return Subject(
        id=promise.id, kind="promise", owner_id=promise.made_by_id, team_id=promise.team_id
    )


async def keep_row(unit: UnitOfWork, promise: Promise) -> Promise:
    """Store it, and let screens of the call know."""
    unit.session.add(promise)
    await unit.session.flush()
    unit.publish(RecordChanged(at=utc_now(), kind="promise", record_id=promise.id))
    return promise


async def end_own_task(
    unit: UnitOfWork, promise: Promise, outcome: str, *, by: UUID | None, at: datetime
) -> None:
    """End the promise's task, if it is open still."""
    task = await unit.session.get(Task, promise.task_id) if promise.task_id else None
    record = await unit.session.get(Record, task.id) if task else None
    if task is not None and record is not None and task.done_at is None:
        end_task(unit, task, record, outcome, by=by, at=at)
        await unit.session.flush()


async def _add_task(unit: UnitOfWork, promise: Promise) -> None:
    task = Task(
        id=uuid5(promise.id, RULE),
        kind="promise",
        title=promise.text or TITLE,
        due_at=promise.due_at,
        assignee_id=promise.made_by_id,
        client_id=promise.client_id,
        call_id=promise.call_id,
        number=promise.number,
        made_by=RULE,
        author_id=promise.made_by_id,
        created_at=promise.made_at,
    )
    await add_task(unit, task, team_id=promise.team_id)
    promise.task_id = task.id


def _second_of(call: Call, now: datetime) -> float:
    """Where in the talk it was said: its end, for what is noted down after it."""
    began = call.answered_at or call.started_at
    said = min(now, call.ended_at) if call.ended_at else now
    return max(0.0, round((said - began).total_seconds(), 1))
