"""Who is to ring a caller back, and by when it can be expected.

Who answers for the client, else who spoke with the caller last, else anybody of the queue's team;
whoever has left is passed over. Due when the queue and their team are open next.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.office import get_office
from crm_core.access.tables import Team, User
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.access.working_hours import WorkingHours, next_opening, read_working_hours
from crm_core.calls.callers import Caller, find_caller
from crm_core.calls.missed_calls.tables import MissedCall
from crm_core.calls.tables import Call, QueueSetting
from crm_core.records.tables import Record


async def give_duty(session: AsyncSession, debt: MissedCall) -> None:
    """Say of a new debt who is to pay it, and whose team sees it."""
    caller = await find_caller(session, debt.client_id, debt.number)
    client = await session.get(Record, debt.client_id) if debt.client_id else None
    queue = await _queue_of(session, debt)
    debt.assignee_id = await _who(session, caller, client)
    of_client = client.team_id if client else None
    of_queue = queue.team_id if queue else None
    wanted = (of_client, of_queue) if debt.assignee_id else (of_queue, of_client)
    debt.team_id = next(filter(None, wanted), DEFAULT_TEAM_ID)


async def due_at(session: AsyncSession, debt: MissedCall, at: datetime) -> datetime:
    """When they can be rung back: from `at` on, as soon as queue and team are open."""
    office, queue = await get_office(session), await _queue_of(session, debt)
    person = await session.get(User, debt.assignee_id) if debt.assignee_id else None
    team_id = (person.team_id if person else None) or debt.team_id
    team = await session.get(Team, team_id) if team_id else None
    own = [one.working_hours if one else None for one in (queue, team)]
    default = read_working_hours(office.working_hours)
    hours: Sequence[WorkingHours | None] = [read_working_hours(one) or default for one in own]
    return next_opening(at, hours, office.time_zone)


async def _queue_of(session: AsyncSession, debt: MissedCall) -> QueueSetting | None:
    if debt.queue is None:
        return None
    query = select(QueueSetting)
    query = query.where(QueueSetting.pbx == debt.pbx, QueueSetting.name == debt.queue)
    return (await session.exec(query)).first()


async def _who(session: AsyncSession, caller: Caller, client: Record | None) -> UUID | None:
    wanted = [client.owner_id] if client else []
    spoke = (
        select(Call.handled_by_user_id, Call.placed_by_user_id)
        .where(caller.is_in(Call.client_id, Call.number), Call.result == "answered")
        .order_by(col(Call.started_at).desc())
        .limit(1)
    )
    last = (await session.exec(spoke)).first()
    wanted += [last[0] or last[1]] if last else []
    for user_id in filter(None, wanted):
        user = await session.get(User, user_id)
        if user is not None and user.is_active:
            return user_id
    return None
