"""Debts that turn out to be owed to one caller: one of them goes on for all."""

from collections.abc import Collection, Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlmodel import col, select, update

from crm_core.calls.missed_calls.tables import MissedCall
from crm_core.calls.promises.tables import Promise
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.turns import take_turn
from crm_core.records.tables import Record
from crm_core.sales.tables import Task
from crm_core.sales.task_rows import end_task

LEDGER = uuid5(NAMESPACE_URL, "allo:missed-calls")  # one writer at a time keeps the books


async def as_one(
    unit: UnitOfWork, debts: Sequence[MissedCall], client_id: UUID | None
) -> MissedCall:
    """Let the oldest of a caller's debts go on for all of them, owed to this client."""
    first, *others = sorted(debts, key=lambda debt: (debt.opened_at, debt.id.hex))
    for debt in others:
        debt.state, debt.merged_into = "merged", first.id
        if first.claimed_by_id is None:
            first.claimed_by_id, first.claimed_until = debt.claimed_by_id, debt.claimed_until
        debt.claimed_by_id = debt.claimed_until = None
        if debt.last_called_at > first.last_called_at:
            first.last_called_at, first.last_call_id = debt.last_called_at, debt.last_call_id
            first.number = debt.number
        first.times_called += debt.times_called
        first.times_tried += debt.times_tried
        unit.session.add(debt)
        await unit.session.flush()  # before the client has two
        say_changed(unit, debt)
        if first.task_id is None:
            first.task_id = debt.task_id
        else:
            await end_own_task(unit, debt, "cancelled", by=None)
    if others or first.client_id != client_id:
        first.client_id = client_id
        unit.session.add(first)
        await unit.session.flush()
        await _tell_task(unit, first)
        say_changed(unit, first)
    return first


async def join_client(unit: UnitOfWork, client_id: UUID, numbers: Collection[str]) -> None:
    """What was owed or promised to numbers that are this client's alone now is the client's."""
    await unit.session.exec(
        update(Promise)
        .where(col(Promise.client_id).is_(None), col(Promise.number).in_(numbers))
        .values(client_id=client_id)
    )
    is_of_number = (col(MissedCall.client_id).is_(None), col(MissedCall.number).in_(numbers))
    of_numbers = select(MissedCall).where(MissedCall.state == "outstanding", *is_of_number)
    if (await unit.session.exec(of_numbers.limit(1))).first() is None:
        return  # nearly always: nobody waits for the books then
    await take_turn(unit.session, LEDGER)
    of_client = select(MissedCall).where(
        MissedCall.state == "outstanding", MissedCall.client_id == client_id
    )
    found = [
        *(await unit.session.exec(of_numbers.with_for_update())).all(),
        *(await unit.session.exec(of_client.with_for_update())).all(),
    ]
    if found:
        await as_one(unit, found, client_id)


async def end_own_task(
    unit: UnitOfWork, debt: MissedCall, outcome: str, *, by: UUID | None
) -> None:
    """End the task that the debt has made, if it is open still."""
    task = await unit.session.get(Task, debt.task_id) if debt.task_id else None
    record = await unit.session.get(Record, task.id) if task else None
    if task is not None and record is not None and task.done_at is None:
        end_task(unit, task, record, outcome, by=by, at=utc_now())
        await unit.session.flush()


def say_changed(unit: UnitOfWork, debt: MissedCall) -> None:
    """Let screens know, after the commit."""
    unit.publish(RecordChanged(at=utc_now(), kind="missed_call", record_id=debt.id))


async def _tell_task(unit: UnitOfWork, debt: MissedCall) -> None:
    """The call-back task is for the client, too."""
    task = await unit.session.get(Task, debt.task_id) if debt.task_id else None
    if task is not None and task.done_at is None and task.client_id != debt.client_id:
        task.client_id = debt.client_id
        unit.session.add(task)
        await unit.session.flush()
