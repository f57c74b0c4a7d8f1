"""The missed-call ledger: who called us, was not answered, and has not been spoken with since.

What is owed follows from the call log alone, so that a call may be told late or told again and the
books are the same: an unanswered call opens one debt for its caller, however often they call; any
talk with any number of that client, in either direction, settles it. Each debt ends once, so that
opened = settled + written off + outstanding at every moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import uuid5

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.calls.callers import Caller, caller_of, find_caller
from crm_core.calls.ignored_numbers import makes_no_task
from crm_core.calls.missed_calls.duty import give_duty
from crm_core.calls.missed_calls.merge import LEDGER, as_one, say_changed
from crm_core.calls.missed_calls.tables import MissedCall
from crm_core.calls.tables import Call
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.turns import take_turn

RULE = "missed_call"
# What is older when the ledger first sees it (an upgrade, an imported log) is no debt of today.
LONGEST_AGE = timedelta(days=3)
LONGEST_CALL = timedelta(hours=12)  # a talk that ended after a moment began so long before at most

Change = Literal["opened", "counted", "settled"]


@dataclass(frozen=True, slots=True)
class Booked:
    """What a call has changed in the books."""

    change: Change
    debt: MissedCall
    call: Call


async def book(unit: UnitOfWork, call: Call) -> list[Booked]:
    """Enter an ended call into the books; a second time it changes nothing."""
    if call.merged_into or call.direction == "internal":
        return []
    if await _is_long_past(unit.session, call):
        return []
    caller = await caller_of(unit.session, call)
    if not caller.is_known:
        return []  # withheld: there is nobody to ring back
    await take_turn(unit.session, LEDGER)
    debts = await outstanding_of(unit.session, caller)
    own = [debt for debt in debts if caller.owns(debt.client_id, debt.number)]
    debt = await as_one(unit, own, caller.client_id) if own else None
    if call.result == "answered":
        shared = [one for one in debts if one not in own]
        return await _settle(unit, caller, call, [debt, *shared] if debt else shared)
    if call.direction == "inbound":
        return await _owe(unit, caller, call, debt)
    return [await _count(unit, one, call) for one in debts if one.state == "outstanding"]


async def _is_long_past(session: AsyncSession, call: Call) -> bool:
    """Of an imported log, or of years before an upgrade: nearly all of it concerns no debt."""
    at = ended_at(call)
    if at >= utc_now() - LONGEST_AGE:
        return False
    older = select(MissedCall.id).where(
        MissedCall.state == "outstanding", col(MissedCall.opened_at) <= at
    )
    return (await session.exec(older.limit(1))).first() is None


async def outstanding_of(session: AsyncSession, caller: Caller) -> Sequence[MissedCall]:
    """What is owed to a caller, the oldest first, held until the unit ends."""
    return await _held(
        session, caller.is_in(MissedCall.client_id, MissedCall.number), state="outstanding"
    )


async def rebook(unit: UnitOfWork, call: Call) -> list[Booked]:
    """Somebody has said whom a call was with: what was owed for it is owed to that one."""
    await take_turn(unit.session, LEDGER)
    of_call = or_(col(MissedCall.first_call_id) == call.id, col(MissedCall.last_call_id) == call.id)
    found: list[Booked] = []
    for debt in await _held(unit.session, of_call, state="outstanding"):
        if debt.client_id == call.client_id:
            continue
        before = await find_caller(unit.session, debt.client_id, debt.number)
        if debt.first_call_id == call.id:
            there = await outstanding_of(unit.session, await caller_of(unit.session, call))
            same = [one for one in there if one.client_id == call.client_id]
            await as_one(unit, [*(one for one in same if one is not debt), debt], call.client_id)
        elif debt.state == "outstanding":
            found.append(await _count(unit, debt, call))
        found += await _owe_later(unit, before, debt.opened_at)
    return found + await book(unit, call)


async def _settle(
    unit: UnitOfWork, caller: Caller, talk: Call, debts: Sequence[MissedCall]
) -> list[Booked]:
    """They were spoken with: what was owed until then is paid, what came later is owed anew."""
    at, found = ended_at(talk), []
    for debt in debts:
        if debt.opened_at > at:
            continue
        _end(debt, talk)
        await _recount(unit.session, debt)
        unit.session.add(debt)
        unit.tell("missed_call.settled", debt.id, {"call_id": str(talk.id)})
        say_changed(unit, debt)
        found.append(Booked("settled", debt, talk))
    await unit.session.flush()
    if found:
        found += await _owe_later(unit, caller, at)
    return found


async def _owe_later(unit: UnitOfWork, caller: Caller, after: datetime) -> list[Booked]:
    """What was counted with a debt that has ended, or belongs to another, and came after it."""
    query = select(Call).where(*_missed(caller, after), col(Call.ended_at) > after)
    found: list[Booked] = []
    for call in (await unit.session.exec(query.order_by(col(Call.ended_at)))).all():
        whose = await caller_of(unit.session, call)
        debts = await outstanding_of(unit.session, whose)
        own = [debt for debt in debts if whose.owns(debt.client_id, debt.number)]
        found += await _owe(unit, whose, call, own[0] if own else None)
    return found


async def _owe(
    unit: UnitOfWork, caller: Caller, call: Call, debt: MissedCall | None
) -> list[Booked]:
    """Nobody answered: a new debt, or one more time on the one that is open already.

    Told after the talk that has paid for it, it is a debt all the same: one that has ended.
    """
    at = ended_at(call)
    if debt is not None and at >= debt.opened_at:
        return [await _count(unit, debt, call)]
    if at < utc_now() - LONGEST_AGE or await makes_no_task(unit.session, call.number):
        return []
    if await _is_forgiven(unit.session, caller, at):
        return []
    talk = await _first_talk(unit.session, caller, at)
    if talk is not None:
        debt = await _paid_by(unit.session, caller, at, talk)
    if debt is not None:
        if at < debt.opened_at:  # told late: they have waited for longer than we knew
            debt.opened_at, debt.first_call_id = at, call.id
        return [await _count(unit, debt, call)]
    return await _open(unit, caller, call, talk)


async def _open(unit: UnitOfWork, caller: Caller, call: Call, talk: Call | None) -> list[Booked]:
    debt_id, at = uuid5(call.id, RULE), ended_at(call)
    if await unit.session.get(MissedCall, debt_id) is not None:
        return []
    debt = MissedCall(
        id=debt_id,
        client_id=caller.client_id,
        number=call.number,
        first_call_id=call.id,
        last_call_id=call.id,
        opened_at=at,
        last_called_at=at,
    )
    if talk is not None:
        _end(debt, talk)
    await _recount(unit.session, debt)
    await give_duty(unit.session, debt)
    unit.session.add(debt)
    await unit.session.flush()
    unit.tell("missed_call.opened", debt.id, {"call_id": str(call.id)})
    if talk is not None:
        unit.tell("missed_call.settled", debt.id, {"call_id": str(talk.id)})
    say_changed(unit, debt)
    return [Booked("settled" if talk else "opened", debt, call)]


def _end(debt: MissedCall, talk: Call) -> None:
    debt.state, debt.settled_at, debt.settled_by_call_id = "settled", ended_at(talk), talk.id
    debt.settled_how = "they_called" if talk.direction == "inbound" else "we_called"
    debt.claimed_by_id = debt.claimed_until = None


async def _is_forgiven(session: AsyncSession, caller: Caller, at: datetime) -> bool:
    """Whether a debt was written off that this call, told late or again, belongs to."""
    query = select(MissedCall.id).where(
        caller.is_in(MissedCall.client_id, MissedCall.number),
        MissedCall.state == "written_off",
        col(MissedCall.last_called_at) >= at,
    )
    return (await session.exec(query.limit(1))).first() is not None


async def _first_talk(session: AsyncSession, caller: Caller, at: datetime) -> Call | None:
    """The talk in the log that has paid for a call which ended at that moment."""
    query = select(Call).where(
        *_since(caller, at), Call.result == "answered", col(Call.ended_at) >= at
    )
    return (await session.exec(query.order_by(col(Call.ended_at)).limit(1))).first()


async def _paid_by(
    session: AsyncSession, caller: Caller, at: datetime, talk: Call
) -> MissedCall | None:
    """The settled debt that an unanswered call belongs to: it was open then, or ended so."""
    was_open = and_(col(MissedCall.opened_at) <= at, col(MissedCall.settled_at) >= at)
    by_talk = col(MissedCall.settled_by_call_id) == talk.id
    theirs = caller.is_in(MissedCall.client_id, MissedCall.number)
    found = await _held(session, theirs, or_(was_open, by_talk), state="settled")
    return found[0] if found else None


async def _count(unit: UnitOfWork, debt: MissedCall, call: Call) -> Booked:
    before = debt.model_dump()
    await _recount(unit.session, debt)
    if debt.model_dump() != before:
        unit.session.add(debt)
        await unit.session.flush()
        say_changed(unit, debt)
    return Booked("counted", debt, call)


async def _recount(session: AsyncSession, debt: MissedCall) -> None:
    """Read from the log how often they called while the debt was open, and how often we tried."""
    caller = await find_caller(session, debt.client_id, debt.number)
    within = [col(Call.ended_at) >= debt.opened_at]
    if debt.settled_at is not None:
        within.append(col(Call.ended_at) <= debt.settled_at)
    missed = select(Call).where(*_missed(caller, debt.opened_at), *within)
    calls = (await session.exec(missed.order_by(col(Call.ended_at).desc()))).all()
    if calls:
        latest = calls[0]
        debt.times_called, debt.last_call_id = len(calls), latest.id
        debt.last_called_at = ended_at(latest)
        debt.number, debt.pbx, debt.queue = latest.number or debt.number, latest.pbx, latest.queue
    tried = select(func.count()).select_from(Call)
    tried = tried.where(
        *_since(caller, debt.opened_at),
        *within,
        Call.direction == "outbound",
        Call.result != "answered",
    )
    debt.times_tried = (await session.exec(tried)).one()


def _missed(caller: Caller, after: datetime) -> list[ColumnElement[bool]]:
    return [
        *_since(caller, after),
        col(Call.direction) == "inbound",
        col(Call.result) != "answered",
    ]


def _since(caller: Caller, after: datetime) -> list[ColumnElement[bool]]:
    """The caller's ended calls, found by the indexes on when they began."""
    return [
        caller.is_in(Call.client_id, Call.number),
        col(Call.started_at) >= after - LONGEST_CALL,
        col(Call.status) == "ended",
        col(Call.merged_into).is_(None),
        col(Call.direction) != "internal",
    ]


async def _held(
    session: AsyncSession, *which: ColumnElement[bool], state: str
) -> Sequence[MissedCall]:
    query = select(MissedCall).where(*which, MissedCall.state == state)
    query = query.order_by(col(MissedCall.opened_at), col(MissedCall.id)).with_for_update()
    query = query.execution_options(populate_existing=True)
    return (await session.exec(query)).all()


def ended_at(call: Call) -> datetime:
    """When a call ended; of one that nobody told the end of, when it began."""
    return call.ended_at or call.started_at
