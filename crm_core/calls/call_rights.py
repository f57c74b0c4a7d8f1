"""Who may see a call, and who may say something of it.

A call is one's own if one's phone had a part in it: rang, spoke, or dialled. Legs say so, not the
record's owner alone, who is only the last of ours that spoke.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person, Rights, within
from crm_core.calls.call_view import CallView
from crm_core.calls.tables import Call, CallLeg
from crm_core.kernel.upsert import table_of
from crm_core.records.tables import Record

FEW = 1_000  # more are met soon by walking along the calls

CALL, LEG, RECORD = table_of(Call), table_of(CallLeg), table_of(Record)


def calls_of(user_id: UUID) -> ColumnElement[bool]:
    """The calls in which this user's phone had a part."""
    return or_(
        CALL.c.placed_by_user_id == user_id,
        CALL.c.handled_by_user_id == user_id,
        exists().where(LEG.c.call_id == CALL.c.id, LEG.c.user_id == user_id),
    )


async def calls_found_of(session: AsyncSession, user_id: UUID) -> ColumnElement[bool]:
    """The same for a list: with few among very many it begins with them, and need not search."""
    theirs = union_all(
        select(CALL.c.id).where(CALL.c.placed_by_user_id == user_id),
        select(CALL.c.id).where(CALL.c.handled_by_user_id == user_id),
        select(LEG.c.call_id).where(LEG.c.user_id == user_id),
    )
    if await is_few(session, theirs):
        return CALL.c.id.in_(theirs)
    return calls_of(user_id)


async def is_few(session: AsyncSession, found: Select[Any] | CompoundSelect[Any]) -> bool:
    """Whether that gives so little that it can be gathered and sorted at once."""
    some = found.limit(FEW + 1).subquery()
    query = select(func.count()).select_from(some)
    return (await (await session.connection()).execute(query)).scalar_one() <= FEW


def within_reach(
    person: Person, rights: Rights, action: str, own: ColumnElement[bool] | None = None
) -> ColumnElement[bool]:
    """The calls to which the person may do this, as a condition of a query.

    `own` are the person's calls, where somebody knows a shorter way to them.
    """
    own = calls_of(person.user_id) if own is None else own
    match rights.scope_of(person, action, "call"):
        case "all":
            return true()
        case "team":
            team = within(person, "team", owner=RECORD.c.owner_id, team=RECORD.c.team_id)
            of_team = exists().where(RECORD.c.id == CALL.c.id, team)
            return or_(of_team, own)
        case "own":
            return own
        case _:
            return false()


def is_live_within_reach(call: CallView, person: Person, rights: Rights, action: str) -> bool:
    """The same for a call that is not in the call log yet; whose team it will be is not known."""
    match rights.scope_of(person, action, "call"):
        case "all":
            return True
        case "team" | "own":
            users = {leg.user_id for leg in call.legs}
            users |= {seat.user_id for seat in (call.placed_by, call.handled_by) if seat}
            return person.user_id in users
        case _:
            return False
