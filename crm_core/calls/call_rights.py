"""Who may see a call, and who may say something of it.

A call is one's own if one's phone had a part in it: rang, spoke, or dialled. Legs say so, not the
record's owner alone, who is only the last of ours that spoke.
"""

from typing import Any

from sqlalchemy import ColumnElement, false, or_, select, true

from crm_core.access.permissions import Person, Rights, within
from crm_core.calls.call_view import CallView
from crm_core.calls.journal_walks import is_of_person
from crm_core.calls.tables import Call
from crm_core.kernel.upsert import table_of
from crm_core.records.tables import Record

CALL, RECORD = table_of(Call), table_of(Record)


def within_reach(
    person: Person, rights: Rights, action: str, call_id: ColumnElement[Any] = CALL.c.id
) -> ColumnElement[bool]:
    """The calls to which the person may do this, as a condition of a query.

    A list gives the id as its walk has it, see `is_of_person`.
    """
    own = is_of_person(person.user_id, call_id)
    match rights.scope_of(person, action, "call"):
        case "all":
            return true()
        case "team":
            team = within(person, "team", owner=RECORD.c.owner_id, team=RECORD.c.team_id)
            # a value and no EXISTS: PostgreSQL would gather all that the team has ever had
            of_team = select(team).where(RECORD.c.id == call_id).scalar_subquery()
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
