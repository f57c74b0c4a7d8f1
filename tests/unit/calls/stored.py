"""What the call log holds, and a whole call to put into it."""

from dataclasses import replace
from typing import Any

from sqlmodel import select

from crm_core.calls.tables import Call, CallLeg, CallOfPerson, CallOfQueue, CallQueueVisit
from crm_core.kernel.call_facts import (
    CallSnapshot,
    CallStatus,
    Leg,
    LegOutcome,
    QueueOutcome,
    QueueVisit,
)
from crm_core.kernel.database import Database
from crm_core.kernel.outbox_tables import OutboxEntry
from crm_core.records.tables import Activity, Record
from tests.unit.calls.floor import NOON, answered, hung_up, moment, ringing, with_leg


def whole_call(name: str = "call") -> list[CallSnapshot]:
    """A call in a queue that rings at two phones and is answered by the second: all its states."""
    visit = QueueVisit(name="sales", entered_at=NOON)
    queued = ringing(name=name, status=CallStatus.QUEUED, queues=(visit,))
    first = replace(
        queued,
        status=CallStatus.RINGING,
        legs=(Leg(key="101.1", extension="101", rang_at=moment(1)),),
    )
    second = replace(
        with_leg(first, "101", ended_at=moment(9), outcome=LegOutcome.NO_ANSWER),
        legs=(
            Leg(
                key="101.1",
                extension="101",
                rang_at=moment(1),
                ended_at=moment(9),
                outcome=LegOutcome.NO_ANSWER,
            ),
            Leg(key="102.1", extension="102", rang_at=moment(10)),
        ),
    )
    talking = answered(second, "102", moment(12))
    left = replace(visit, left_at=moment(12), outcome=QueueOutcome.ANSWERED)
    talking = replace(talking, queues=(left,))
    return [queued, first, second, talking, hung_up(talking)]


async def rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All that the call log holds; the outbox without its running numbers."""
    of_calls = (Call, CallLeg, CallQueueVisit, CallOfPerson, CallOfQueue)
    stored = {}
    async with database.read() as session:
        for table in (*of_calls, Activity, OutboxEntry, Record):
            found = [row.model_dump() for row in (await session.exec(select(table))).all()]
            hidden = {"at", "id"} if table is OutboxEntry else set()
            kept = [{k: v for k, v in row.items() if k not in hidden} for row in found]
            stored[table.__name__] = sorted(kept, key=repr)
    return stored


async def only_call(database: Database) -> Call:
    async with database.read() as session:
        (call,) = (await session.exec(select(Call))).all()
    return call
