"""What people do with missed calls: ring back one at a time, or give one up and say why.

A claim is a lock for minutes, so that two agents do not ring the same person. It does not settle
anything: only a talk does.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from crm_core.access.audit import write_audit
from crm_core.access.permissions import Person, Rights, Subject
from crm_core.access.tables import User
from crm_core.calls.missed_calls.merge import end_own_task, say_changed
from crm_core.calls.missed_calls.tables import MissedCall
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.text import clean_text
from crm_core.sales.tables import Task

CLAIMED_FOR = timedelta(minutes=10)
REASON_LIMIT = 500


class AlreadyClaimed(Conflict):
    """Somebody else is ringing this person back."""

    code = "already_claimed"


class DebtEnded(Conflict):
    """They were spoken with, or written off: there is nothing to ring back about."""

    code = "debt_ended"


async def claim(
    unit: UnitOfWork,
    person: Person,
    rights: Rights,
    missed_call_id: UUID,
    *,
    now: datetime | None = None,
) -> MissedCall:
    """Take a caller for oneself for some minutes; one's own claim begins anew."""
    now = now or utc_now()
    debt = await _take(unit, person, rights, missed_call_id)
    _demand_outstanding(debt)
    await _demand_free(unit, debt, person, now)
    debt.claimed_by_id, debt.claimed_until = person.user_id, now + CLAIMED_FOR
    return await _keep(unit, debt)


async def release(
    unit: UnitOfWork,
    person: Person,
    rights: Rights,
    missed_call_id: UUID,
    *,
    now: datetime | None = None,
) -> None:
    """Give one's own claim back; where there is none, nothing is to be done."""
    debt = await _take(unit, person, rights, missed_call_id)
    await _demand_free(unit, debt, person, now or utc_now())
    if debt.claimed_by_id is not None:
        debt.claimed_by_id = debt.claimed_until = None
        await _keep(unit, debt)


async def write_off(
    unit: UnitOfWork,
    person: Person,
    rights: Rights,
    missed_call_id: UUID,
    reason: str,
    *,
    now: datetime | None = None,
) -> MissedCall:
    """Give a debt up, and with it the task; nobody can do that without saying why."""
    now = now or utc_now()
    reason = " ".join(clean_text(reason, limit=REASON_LIMIT).split())
    if not reason:
        raise InvalidValue("reason", "say why nobody is to ring back", reason="reason_missing")
    debt = await _take(unit, person, rights, missed_call_id)
    _demand_outstanding(debt)
    await _demand_free(unit, debt, person, now)
    debt.state, debt.written_off_at, debt.written_off_reason = "written_off", now, reason
    debt.written_off_by_id = person.user_id
    debt.claimed_by_id = debt.claimed_until = None
    on = ("missed_call", debt.id)
    write_audit(unit, "missed_call.written_off", by=person.user_id, on=on, details=_told(reason))
    unit.tell("missed_call.written_off", debt.id, {"by": str(person.user_id), "reason": reason})
    await end_own_task(unit, debt, "cancelled", by=person.user_id)
    return await _keep(unit, debt)


def subject_of(debt: MissedCall, task: Task | None) -> Subject:
    """A debt as rights see it: one's own if it is one's own to ring back."""
    return Subject(
        id=debt.id,
        kind="missed_call",
        owner_id=assignee_of(debt, task),
        team_id=debt.team_id,
    )


def assignee_of(debt: MissedCall, task: Task | None) -> UUID | None:
    """Who is to ring back: whoever has the open task, which people may hand on."""
    return task.assignee_id if task is not None and task.done_at is None else debt.assignee_id


async def _take(
    unit: UnitOfWork, person: Person, rights: Rights, missed_call_id: UUID
) -> MissedCall:
    """Return the debt for writing, if this person may work on it."""
    query = (
        select(MissedCall)
        .where(MissedCall.id == missed_call_id, col(MissedCall.merged_into).is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)  # of two at once the second sees the first
    )
    debt = (await unit.session.exec(query)).first()
    if debt is None:
        raise NotFound("no such missed call")
    task = await unit.session.get(Task, debt.task_id) if debt.task_id else None
    await rights.demand(person, "work", subject_of(debt, task))
    return debt


def _demand_outstanding(debt: MissedCall) -> None:
    if debt.state != "outstanding":
        raise DebtEnded("Nobody waits for this call any more.", reason=debt.state)


async def _demand_free(unit: UnitOfWork, debt: MissedCall, person: Person, now: datetime) -> None:
    """Refuse while somebody else rings them; the refusal says who, and until when."""
    if debt.claimed_by_id in (None, person.user_id) or not debt.claimed_until:
        return
    if debt.claimed_until <= now:
        return
    user = await unit.session.get(User, debt.claimed_by_id)
    who, until = user.name if user else "", debt.claimed_until.isoformat()
    raise AlreadyClaimed(
        f"{who} is ringing them back, until {until}.",
        reason="already_claimed",
        who=who,
        until=until,
    )


async def _keep(unit: UnitOfWork, debt: MissedCall) -> MissedCall:
    unit.session.add(debt)
    await unit.session.flush()
    say_changed(unit, debt)
    return debt


def _told(reason: str) -> dict[str, str]:
    return {"reason": reason}
