"""Missed calls that were returned: when their caller was next spoken with, from any side.

Kept with the call, so that a list of those that nobody has returned need not look for later talks
at each of a hundred thousand missed calls.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    update,
)

from crm_core.calls.tables import Call
from crm_core.kernel.call_facts import CallResult, CallSnapshot, CallStatus, Direction
from crm_core.kernel.phone import Phone
from crm_core.kernel.upsert import table_of

CALL = table_of(Call)
LATER = CALL.alias("later")

# word for word what the indexes hold
MISSED = and_(
    CALL.c.direction == literal_column("'inbound'"),
    CALL.c.result != literal_column("'answered'"),
)
UNRETURNED = and_(MISSED, CALL.c.returned_at.is_(None))


def keep_returns(
    connection: Connection,
    calls: Collection[CallSnapshot],
    phones: Mapping[UUID, Phone],
    known: Mapping[UUID, Any],
) -> None:
    """Note which missed calls these talks return, and which of these calls were returned already.

    `known`: what stood in the rows before; a talk that turns out to be none returns nothing.
    """
    talks, missed, none_after_all = [], [], []
    for call in calls:
        number = phones[call.call_id].number
        is_outside = call.direction is not Direction.INTERNAL
        if number is None or not is_outside or call.status is not CallStatus.ENDED:
            continue
        before = known.get(call.call_id)
        if call.result is CallResult.ANSWERED:
            talks.append({"by": number, "talked_at": call.started_at})
        elif before is not None and before.result == CallResult.ANSWERED.value:
            none_after_all.append({"by": number})
        elif call.direction is Direction.INBOUND:
            missed.append({"of": call.call_id})
    for statement, rows in ((_RETURN, talks), (_LOOK, missed), (_LOOK_AGAIN, none_after_all)):
        if rows:
            connection.execute(statement, rows)


_next_talk = (
    select(func.min(LATER.c.started_at))
    .where(
        LATER.c.number == CALL.c.number,
        LATER.c.started_at > CALL.c.started_at,
        LATER.c.result == CallResult.ANSWERED.value,
    )
    .scalar_subquery()
)
_RETURN = (
    update(CALL)
    .where(UNRETURNED, CALL.c.number == bindparam("by"), CALL.c.started_at < bindparam("talked_at"))
    .values(returned_at=bindparam("talked_at"))
)
_LOOK = update(CALL).where(CALL.c.id == bindparam("of")).values(returned_at=_next_talk)
_LOOK_AGAIN = (
    update(CALL).where(MISSED, CALL.c.number == bindparam("by")).values(returned_at=_next_talk)
)
