"""Adoption: the earlier calls of a number become those of the client who now has it.

Only calls that have no client and of which nobody has said so on purpose; and only while the number
is this client's alone, since of a shared one nobody knows who called.
"""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select

from crm_core.calls.call_timeline import place_on_timelines
from crm_core.calls.callers import own_numbers
from crm_core.calls.missed_calls.merge import join_client
from crm_core.calls.tables import Call
from crm_core.kernel.call_facts import CallStatus, Direction
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.events import RecordChanged

BATCH = 500  # a switchboard's number may have years of calls


async def adopt_calls(unit: UnitOfWork, client_id: UUID) -> int:
    """Give the client the ownerless calls of its numbers, live ones too; returns how many."""
    await unit.session.flush()
    numbers = await own_numbers(unit.session, client_id)
    if not numbers:
        return 0
    await join_client(unit, client_id, numbers)
    adopted = 0
    while calls := await _next_ownerless(unit, numbers):
        for call in calls:
            call.client_id = client_id
        await unit.session.flush()  # one statement for all of them
        await place_on_timelines(unit, calls)
        for call in calls:
            if call.status != CallStatus.ENDED.value:  # it stands on somebody's screen
                unit.publish(RecordChanged(at=utc_now(), kind="call", record_id=call.id))
        adopted += len(calls)
    return adopted


async def _next_ownerless(unit: UnitOfWork, numbers: Collection[str]) -> list[Call]:
    query = (
        select(Call)
        .where(
            col(Call.number).in_(numbers),
            col(Call.client_id).is_(None),
            col(Call.is_client_chosen).is_(False),
            col(Call.merged_into).is_(None),
            Call.direction != Direction.INTERNAL.value,
        )
        .limit(BATCH)
    )
    return list((await unit.session.exec(query)).all())
