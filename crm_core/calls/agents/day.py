"""An agent's own day: what was done since midnight in the agent's zone, and who still waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person
from crm_core.calls.call_reader import views_of
from crm_core.calls.call_view import CallView
from crm_core.calls.greeting import day_start
from crm_core.calls.journal_walks import is_of_person
from crm_core.calls.tables import Call, CallLeg
from crm_core.kernel.call_facts import CallResult, Direction

SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDay:
    """One's own figures of today.

    `calls` are those that one has answered, dialled or missed; one that only rang here and was
    taken by a colleague is not. `missed` are inbound calls that rang here, were answered by nobody,
    and whose caller has not been spoken to since.
    """

    calls: int
    answered: int
    missed: int
    talk_seconds: float
    missed_calls: Sequence[CallView]
    recent_calls: Sequence[CallView]


@dataclass(frozen=True, slots=True)
class _Part:
    """A call of today and what one's own phones did in it."""

    call: Call
    legs: Sequence[CallLeg]
    user_id: UUID

    @property
    def has_answered(self) -> bool:
        """Whether this person spoke with the other side."""
        if any(leg.answered_at for leg in self.legs):
            return True
        return self._has_placed and self.call.answered_at is not None

    @property
    def is_missed(self) -> bool:
        call = self.call
        is_over = call.ended_at is not None and call.result != CallResult.ANSWERED.value
        return is_over and call.direction == Direction.INBOUND.value and not self._has_placed

    @property
    def is_mine(self) -> bool:
        """Not one that only rang here and was taken by a colleague."""
        return self.has_answered or self._has_placed or self.is_missed

    @property
    def talk_seconds(self) -> float:
        """One's own talk; who dials another phone of ours has no leg, and talks all the time."""
        if self.legs:
            return sum(leg.talk_seconds for leg in self.legs)
        return self.call.talk_seconds if self._has_placed else 0.0

    @property
    def _has_placed(self) -> bool:
        return self.call.placed_by_user_id == self.user_id


async def get_day(session: AsyncSession, person: Person, now: datetime) -> AgentDay:
    """Return the person's own figures since midnight where the person is."""
    since = day_start(now, person.time_zone)
    parts = [part for part in await _parts(session, person.user_id, since) if part.is_mine]
    spoken = await _spoken_to(
        session, {part.call.number for part in parts if part.is_missed}, since
    )
    waiting = [part.call for part in parts if part.is_missed and not _is_spoken(part.call, spoken)]
    return AgentDay(
        calls=len(parts),
        answered=sum(part.has_answered for part in parts),
        missed=len(waiting),
        talk_seconds=round(sum(part.talk_seconds for part in parts), 1),
        missed_calls=await views_of(session, waiting[:SHOWN]),
        recent_calls=await views_of(session, [part.call for part in parts[:SHOWN]]),
    )


async def _parts(session: AsyncSession, user_id: UUID, since: datetime) -> list[_Part]:
    """One's calls of today, newest first."""
    query = (
        select(Call)
        .where(is_of_person(user_id), Call.started_at >= since, col(Call.merged_into).is_(None))
        .order_by(col(Call.started_at).desc(), col(Call.id).desc())
    )
    calls = (await session.exec(query)).all()
    legs: dict[UUID, list[CallLeg]] = {call.id: [] for call in calls}
    of_mine = select(CallLeg).where(
        CallLeg.user_id == user_id, col(CallLeg.call_id).in_(list(legs))
    )
    for leg in (await session.exec(of_mine)).all():
        legs[leg.call_id].append(leg)
    return [_Part(call, legs[call.id], user_id) for call in calls]


async def _spoken_to(
    session: AsyncSession, numbers: set[str | None], since: datetime
) -> dict[str, datetime]:
    """When these numbers were last spoken with today, by anybody."""
    wanted = [number for number in numbers if number]
    if not wanted:
        return {}
    query = (
        select(Call.number, Call.started_at)
        .where(
            col(Call.number).in_(wanted),
            Call.started_at >= since,
            Call.result == CallResult.ANSWERED.value,
        )
        .order_by(col(Call.started_at))
    )
    rows = (await session.exec(query)).all()
    return {number: at for number, at in rows if number}


def _is_spoken(call: Call, spoken: dict[str, datetime]) -> bool:
    at = spoken.get(call.number or "")
    return at is not None and at > call.started_at
