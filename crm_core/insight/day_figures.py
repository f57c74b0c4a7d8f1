"""What became of today's calls, by queue: counted in the call log as its journal lists them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person, Rights
from crm_core.calls.call_query import VISIT
from crm_core.calls.call_rights import CALL, within_reach
from crm_core.calls.shown_cards import CARD, cards_within_reach
from crm_core.calls.tables import Gap
from crm_core.insight.board_view import BoardGap, PopFigures
from crm_core.kernel.call_facts import CallResult, CallStatus, Direction

POPS_LIMIT = 20_000  # cards of a day that are looked at: more than a thousand agents see


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Today so far."""

    answered: int
    missed: int
    by_queue: Mapping[str, tuple[int, int]]  # answered, abandoned
    gaps: Sequence[BoardGap]
    pop: PopFigures


async def count_day(
    session: AsyncSession, person: Person, rights: Rights, day_from: datetime
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
    seen = select(VISIT.c.name, CALL.c.result, func.count(func.distinct(CALL.c.id)))
    seen = seen.join_from(VISIT, CALL, CALL.c.id == VISIT.c.call_id).where(*of_today)
    by_queue: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    rows = await connection.execute(seen.group_by(VISIT.c.name, CALL.c.result))
    for name, result, count in rows.all():
        taken, lost = by_queue[name]
        if result == CallResult.ANSWERED.value:
            taken += count
        elif result == CallResult.ABANDONED.value:
            lost += count
        by_queue[name] = (taken, lost)
    return DayFigures(
        answered=answered,
        missed=sum(results.values()),
        by_queue=dict(by_queue),
        gaps=await _gaps(session, day_from),
        pop=await _pop_figures(connection, cards_within_reach(person, rights), of_today),
    )


async def _gaps(session: AsyncSession, since: datetime) -> list[BoardGap]:
    query = select_rows(Gap).where((col(Gap.to_at).is_(None)) | (col(Gap.to_at) > since))
    rows = (await session.exec(query.order_by(col(Gap.from_at)).limit(100))).all()
    return [BoardGap(pbx=row.pbx, from_at=row.from_at, to_at=row.to_at) for row in rows]


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
