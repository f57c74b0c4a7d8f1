"""The office's limits on what may be dialled by a click, and how much of them is used up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.calls.orders.dial_rules import DAY_SECONDS, MINUTE_SECONDS, Limits, Used, read_prefix
from crm_core.calls.orders.tables import CallLimit, CallOrder
from crm_core.calls.tables import Call
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import InvalidValue

OFFICE = "*"
PREFIXES_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The limits that hold for somebody, beside what is used: their own, and the office's."""

    own: Limits
    own_used: Used
    office: Limits
    office_used: Used


async def list_limits(session: AsyncSession) -> list[Limits]:
    """The row of each role, and the office's."""
    rows = await session.exec(select(CallLimit).order_by(col(CallLimit.role)))  # type: ignore[call-overload]
    return [_limits(row) for row in rows.scalars()]


async def change_limits(unit: UnitOfWork, wanted: Sequence[Limits], *, by: UUID) -> None:
    """Set these rows; a role that is not named keeps its own."""
    for limits in wanted:
        row = await unit.session.get(CallLimit, limits.role)
        if row is None:
            raise InvalidValue("role", f"there are no limits for {limits.role}")
        before = _told(row)
        row.allowed = _prefixes(limits.allowed, "allowed")
        row.denied = _prefixes(limits.denied, "denied")
        row.calls_per_minute = limits.calls_per_minute
        row.abroad_calls_per_day = limits.abroad_calls_per_day
        row.abroad_minutes_per_day = limits.abroad_minutes_per_day
        if _told(row) != before:
            details = {"before": before, "after": _told(row)}
            on = ("call_limit", limits.role)
            write_audit(unit, "call_limit.changed", by=by, on=on, details=details)


async def measure(session: AsyncSession, user_id: UUID, role: str, now: datetime) -> Measure:
    """What somebody may dial at this moment. A role without a row may dial nothing."""
    rows = {limits.role: limits for limits in await list_limits(session)}
    nothing = Limits(
        role=role,
        allowed=(),
        denied=(),
        calls_per_minute=0,
        abroad_calls_per_day=0,
        abroad_minutes_per_day=0,
    )
    own_clicks = col(CallOrder.user_id) == user_id
    return Measure(
        own=rows.get(role, nothing),
        own_used=await _used(session, now, own_clicks),
        office=rows.get(OFFICE, nothing),
        office_used=await _used(session, now),
    )


async def _used(session: AsyncSession, now: datetime, *whose: ColumnElement[bool]) -> Used:
    """Clicks that were sent to a PBX; minutes are those of their calls, the running ones too.

    Passing a call on to a colleague costs nothing, nor does taking one over.
    """
    is_passed_out = and_(col(CallOrder.kind) == "transfer", col(CallOrder.number).startswith("+"))
    sent = (
        *whose,
        col(CallOrder.outcome).not_in(("not_sent", "refused")),
        or_(col(CallOrder.kind) == "call", is_passed_out),
    )
    minute, day = (now - timedelta(seconds=seconds) for seconds in (MINUTE_SECONDS, DAY_SECONDS))
    connection = await session.connection()
    lately = select(func.count()).where(*sent, col(CallOrder.at) > minute)
    abroad = (*sent, col(CallOrder.at) > day, col(CallOrder.is_abroad).is_(True))
    calls = (await connection.execute(lately)).scalar_one()
    abroad_calls = (await connection.execute(select(func.count()).where(*abroad))).scalar_one()
    talks = (
        select(col(Call.answered_at), col(Call.ended_at), col(Call.talk_seconds))
        .join(CallOrder, col(CallOrder.call_id) == col(Call.id))
        .where(*abroad, col(Call.answered_at).is_not(None))
    )
    seconds = 0.0
    for answered_at, ended_at, talk_seconds in await connection.execute(talks):
        if ended_at is None and answered_at is not None:
            seconds += (now - answered_at).total_seconds()
        else:
            seconds += talk_seconds
    return Used(calls=calls, abroad_calls=abroad_calls, abroad_minutes=seconds / 60)


def _prefixes(written: Sequence[str], field: str) -> list[str]:
    if len(written) > PREFIXES_LIMIT:
        raise InvalidValue(field, f"there are at most {PREFIXES_LIMIT} of these")
    return sorted({read_prefix(one, field) for one in written})


def _limits(row: CallLimit) -> Limits:
    return Limits(**_told(row))


def _told(row: CallLimit) -> dict[str, Any]:
    return row.model_dump()
