"""The state log: what everybody's line did and when, kept for reports.

The floor is looked at when it has changed, once a second at most; what is shorter than that is not
in it: talks are measured in the call log. An open row says from time to time that it still
is so. After a crash it is closed there and marked, and the time until the start is `lost`.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.calls.agents.tables import AgentStateSpan
from crm_core.insight.floor import Floor, Seat
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.errors import CrmError

logger = logging.getLogger(__name__)

GATHERED_SECONDS = 1.0
ALIVE_SECONDS = 30.0
AGAIN_SECONDS = 5.0
KEEP_DAYS = 400
STOP_SECONDS = 3.0
SWEPT_SECONDS = 86_400.0
WAITING_LIMIT = 20_000  # rows that wait for a database that is away; the oldest go first

Key = tuple[UUID, str, str]


@dataclass(slots=True)
class _Span:
    id: UUID
    seat: Seat
    to_at: datetime | None = None
    is_stored: bool = False


class StateLog:
    """Run `run`; when it ends, what is open is closed."""

    def __init__(self, database: Database, floor: Floor) -> None:
        self._database = database
        self._floor = floor
        self._open: dict[Key, _Span] = {}
        self._waiting: list[_Span] = []  # to be written, in order; some of them again
        self._alive_at: datetime | None = None
        self._swept_at: datetime | None = None

    async def run(self) -> None:
        """Keep the log until cancelled."""
        while True:
            if await self._try_to_write(close_cut_spans):
                break
            await asyncio.sleep(AGAIN_SECONDS)
        with self._floor.watch() as stirred:
            stirred.set()
            try:
                while True:
                    await self._follow(stirred)
            finally:
                self._compare((), utc_now())
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(STOP_SECONDS):
                        await self._store()

    async def _follow(self, stirred: asyncio.Event) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ALIVE_SECONDS):
                await stirred.wait()
        stirred.clear()
        now = utc_now()
        self._compare(self._floor.seats(now), now)
        is_written = await self._store()
        await asyncio.sleep(GATHERED_SECONDS if is_written else AGAIN_SECONDS)

    def _compare(self, seats: Iterable[Seat], now: datetime) -> None:
        """Close what is over and open what has begun."""
        present = {(seat.user_id, seat.pbx, seat.extension): seat for seat in seats}
        for key, span in list(self._open.items()):
            seat = present.get(key)
            if seat is None or _told(seat) != _told(span.seat):
                span.to_at = max(seat.since if seat else now, span.seat.since)
                del self._open[key]
                self._waiting.append(span)
        for key, seat in present.items():
            if key not in self._open:
                self._open[key] = _Span(uuid4(), seat)
                self._waiting.append(self._open[key])
        del self._waiting[:-WAITING_LIMIT]

    async def _write(self, session: AsyncSession, now: datetime) -> None:
        for span in {span.id: span for span in self._waiting}.values():
            if span.is_stored:
                row = col(AgentStateSpan.id) == span.id
                change = update(AgentStateSpan).where(row)
                await session.exec(change.values(to_at=span.to_at, seen_at=span.to_at))
            else:  # a stop may have come between its commit and our hearing of it
                await session.merge(_row(span, now))
        if _is_due(self._alive_at, now, ALIVE_SECONDS):
            still_open = update(AgentStateSpan).where(col(AgentStateSpan.to_at).is_(None))
            await session.exec(still_open.values(seen_at=now))
        if _is_due(self._swept_at, now, SWEPT_SECONDS):
            old = now - timedelta(days=KEEP_DAYS)
            await session.exec(delete(AgentStateSpan).where(col(AgentStateSpan.from_at) < old))

    async def _store(self) -> bool:
        """Write what waits; whether it could be."""
        now = utc_now()
        if not self._waiting and not _is_due(self._alive_at, now, ALIVE_SECONDS):
            return True
        if not await self._try_to_write(self._write):
            return False
        for span in self._waiting:
            span.is_stored = True
        self._waiting.clear()
        if _is_due(self._alive_at, now, ALIVE_SECONDS):
            self._alive_at = now
        if _is_due(self._swept_at, now, SWEPT_SECONDS):
            self._swept_at = now
        return True

    async def _try_to_write(
        self, work: Callable[[AsyncSession, datetime], Awaitable[None]]
    ) -> bool:
        try:
            async with self._database.write() as unit:
                await work(unit.session, utc_now())
        except CrmError as error:
            logger.warning("what the agents did could not be written: %s", error)
            return False
        except Exception:  # a row that no database takes must not hold up all the others
            logger.exception("what the agents did is not written")
        return True


async def close_cut_spans(session: AsyncSession, now: datetime) -> None:
    """What a server left open that died: it was so until it was last seen, then nobody knows."""
    rows = await session.exec(select(AgentStateSpan).where(col(AgentStateSpan.to_at).is_(None)))
    for row in rows.all():
        row.to_at, row.is_cut = row.seen_at, True
        session.add(row)
        if row.seen_at < now:
            unknown = AgentStateSpan(
                id=uuid4(),
                user_id=row.user_id,
                pbx=row.pbx,
                extension=row.extension,
                state="lost",
                from_at=row.seen_at,
                seen_at=now,
                to_at=now,
                is_cut=True,
            )
            session.add(unknown)


def _row(span: _Span, now: datetime) -> AgentStateSpan:
    seat = span.seat
    return AgentStateSpan(
        id=span.id,
        user_id=seat.user_id,
        pbx=seat.pbx,
        extension=seat.extension,
        state=seat.state,
        reason=_told(seat)[1],
        from_at=seat.since,
        seen_at=span.to_at or now,
        to_at=span.to_at,
    )


def _told(seat: Seat) -> tuple[str, str | None]:
    return seat.state, seat.pause_reason if seat.state == "paused" else None


def _is_due(done_at: datetime | None, now: datetime, seconds: float) -> bool:
    return done_at is None or (now - done_at).total_seconds() >= seconds
