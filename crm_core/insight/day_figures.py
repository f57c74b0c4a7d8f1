"""What became of today's calls, by queue: counted in the call log as its journal lists them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person, Rights
from crm_core.calls.call_query import VISIT, answered_within
from crm_core.calls.call_rights import CALL, within_reach
from crm_core.calls.shown_cards import CARD, cards_within_reach
from crm_core.calls.tables import Gap
from crm_core.insight.board_view import BoardGap, PopFigures
from crm_core.kernel.call_facts import CallResult, CallStatus, Direction

POPS_LIMIT = 20_000  # cards of a day that are looked at: more than a thousand agents see


@dataclass(slots=True)
class QueueFigures:
    """What became of a queue's calls; `within`: answered in the time that it should take."""

    answered: int = 0
    abandoned: int = 0
    offered: int = 0
    within: int = 0


@dataclass(frozen=True, slots=True)
class ServiceTimes:
    """Within how many seconds a queue should answer: all, and those (pbx, name) with their own."""

    usual: int
    own: Mapping[tuple[str, str], int]

    def of(self, pbx: str, queue: str) -> int:
        """How many for this one."""
        return self.own.get((pbx, queue), self.usual)


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Today so far."""

    answered: int
    missed: int
    by_queue: Mapping[str, QueueFigures]
    gaps: Sequence[BoardGap]
    pop: PopFigures


async def count_day(
    session: AsyncSession,
    person: Person,
    rights: Rights,
    day_from: datetime,
    service: ServiceTimes,
) -> DayFigures:
    """Count the calls that began since `day_from` and that the person may read."""
    connection = await session.connection()
    of_today = [
        CALL.c.started_at >= day_from,
        CALL.c.status == CallStatus.ENDED.value,
        CALL.c.merged_into.is_(None),
        within_reach(person, rights, "read"),
    ]
    inbound = [*of_today, CALL.c.direction == Direction.INBOUND.value]
    by_result = select(CALL.c.result, func.count()).where(*inbound).group_by(CALL.c.result)
    counted = (await connection.execute(by_result)).all()
    results: dict[str, int] = dict(zip(*zip(*counted, strict=True), strict=True)) if counted else {}
    answered = results.pop(CallResult.ANSWERED.value, 0)
    results.pop(CallResult.VOICEMAIL.value, None)
    return DayFigures(
        answered=answered,
        missed=sum(results.values()),
        by_queue=await _queues(connection, of_today, service),
        gaps=await _gaps(session, day_from),
        pop=await _pop_figures(connection, cards_within_reach(person, rights), of_today),
    )


async def _queues(
    connection: AsyncConnection, of_today: Sequence[ColumnElement[bool]], service: ServiceTimes
) -> Mapping[str, QueueFigures]:
    """Count each queue's calls by what became of them; a call counts once in each of its queues."""
    in_time = case((answered_within(_seconds_given(service)), CALL.c.id))
    query = (
        select(
            VISIT.c.name,
            CALL.c.result,
            func.count(func.distinct(CALL.c.id)),
            func.count(func.distinct(in_time)),
        )
        .join_from(VISIT, CALL, CALL.c.id == VISIT.c.call_id)
        .where(*of_today)
        .group_by(VISIT.c.name, CALL.c.result)
    )
    found: dict[str, QueueFigures] = defaultdict(QueueFigures)
    for name, result, count, within in (await connection.execute(query)).all():
        figures = found[name]
        figures.offered += count
        figures.within += within
        if result == CallResult.ANSWERED.value:
            figures.answered += count
        elif result == CallResult.ABANDONED.value:
            figures.abandoned += count
    return found


def _seconds_given(service: ServiceTimes) -> ColumnElement[int]:
    own = [
        (and_(CALL.c.pbx == pbx, VISIT.c.name == name), literal(seconds))
        for (pbx, name), seconds in service.own.items()
    ]
    return case(*own, else_=literal(service.usual)) if own else literal(service.usual)


async def _gaps(session: AsyncSession, since: datetime) -> list[BoardGap]:
    query = select_rows(Gap).where((col(Gap.to_at).is_(None)) | (col(Gap.to_at) > since))
    rows = (await session.exec(query.order_by(col(Gap.from_at)).limit(100))).all()
    return [
        BoardGap.model_validate(
            {
                "pbx": row.pbx,
                "from_at": row.from_at,
                "to_at": row.to_at,
                "recovery": row.recovery_state,
                "recovered": row.recovered,
                "without_agent": row.without_agent,
            }
        )
        for row in rows
    ]


async def _pop_figures(
    connection: AsyncConnection, cards: ColumnElement[bool], of_today: Sequence[ColumnElement[bool]]
) -> PopFigures:
    """How long it took from ring to painted, over those cards of the calls."""
    query = (
        select(CARD.c.call_id, CARD.c.rang_at, CARD.c.painted_at)
        .join_from(CARD, CALL, CARD.c.call_id == CALL.c.id)
        .where(cards, *of_today)
        .order_by(CARD.c.rang_at.desc())
        .limit(POPS_LIMIT)
    )
    rows = (await connection.execute(query)).all()
    took = sorted((at - rang).total_seconds() * 1000 for _, rang, at in rows if at is not None)
    return PopFigures(
        sent=len(rows),
        painted=len(took),
        calls_unpainted=len({call_id for call_id, _, at in rows if at is None}),
        p50_ms=_share(took, 0.5),
        p95_ms=_share(took, 0.95),
    )


def _share(ordered: Sequence[float], share: float) -> float | None:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1) if ordered else None
