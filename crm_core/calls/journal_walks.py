"""What a list of calls walks along in the journal's order: all calls, one person's, one queue's.

Whose calls and which queue's is kept beside the calls with their time, see `kept_walks`. Without it
a list of one agent would gather and sort all that this agent ever had, or look for them in
everybody's calls.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Table, exists

from crm_core.calls.tables import Call, CallOfPerson, CallOfQueue
from crm_core.kernel.upsert import table_of

CALL = table_of(Call)
OF_PERSON, OF_QUEUE = table_of(CallOfPerson), table_of(CallOfQueue)
# asked beside a walk along the same table, which is another row of it
_PERSON, _QUEUE = OF_PERSON.alias("person"), OF_QUEUE.alias("queue")


@dataclass(frozen=True, slots=True)
class Walk:
    """Where to select `CALL` from, the columns of the journal's order there, and which rows."""

    source: FromClause
    started_at: ColumnElement[Any]
    call_id: ColumnElement[Any]
    conditions: tuple[ColumnElement[bool], ...] = ()


ALL_CALLS = Walk(CALL, CALL.c.started_at, CALL.c.id)


def along_person(user_id: UUID) -> Walk:
    """Walk along the calls in which this person's phone had a part."""
    return _along(OF_PERSON, OF_PERSON.c.user_id == user_id)


def along_queue(name: str) -> Walk:
    """Walk along the calls that were in this queue."""
    return _along(OF_QUEUE, OF_QUEUE.c.name == name)


def is_of_person(user_id: UUID, call_id: ColumnElement[Any] = CALL.c.id) -> ColumnElement[bool]:
    """Whether this person's phone had a part in the call: rang, spoke, or dialled.

    A list gives the id as its walk has it: then the call itself is looked at only if it is so.
    """
    return exists().where(_PERSON.c.call_id == call_id, _PERSON.c.user_id == user_id)


def is_of_queue(name: str, call_id: ColumnElement[Any] = CALL.c.id) -> ColumnElement[bool]:
    """Whether the call was in this queue; the id as above."""
    return exists().where(_QUEUE.c.call_id == call_id, _QUEUE.c.name == name)


def _along(table: Table, condition: ColumnElement[bool]) -> Walk:
    joined = table.join(CALL, CALL.c.id == table.c.call_id)
    return Walk(joined, table.c.started_at, table.c.call_id, (condition,))
