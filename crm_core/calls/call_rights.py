"""Who may see a call, and who may say something of it.

A call is one's own if one's phone had a part in it: rang, spoke, or dialled. Legs say so, not the
record's owner alone, who is only the last of ours that spoke.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, or_, true

from crm_core.access.permissions import Person, Rights, within
from crm_core.calls.call_view import CallView
from crm_core.calls.tables import Call, CallLeg
from crm_core.kernel.upsert import table_of
from crm_core.records.tables import Record

CALL, LEG, RECORD = table_of(Call), table_of(CallLeg), table_of(Record)


def calls_of(user_id: UUID) -> ColumnElement[bool]:
    """The calls in which this user's phone had a part."""
    return or_(
        CALL.c.placed_by_user_id == user_id,
        CALL.c.handled_by_user_id == user_id,
        exists().where(LEG.c.call_id == CALL.c.id, LEG.c.user_id == user_id),
    )


def within_reach(person: Person, rights: Rights, action: str) -> ColumnElement[bool]:
    """The calls to which the person may do this, as a condition of a query."""
    match rights.scope_of(person, action, "call"):
        case "all":
            return true()
        case "team":
            team = within(person, "team", owner=RECORD.c.owner_id, team=RECORD.c.team_id)
            of_team = exists().where(RECORD.c.id == CALL.c.id, team)
            return or_(of_team, calls_of(person.user_id))
        case "own":
            return calls_of(person.user_id)
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
