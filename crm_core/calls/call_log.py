"""The call log's writer: takes whole calls without waiting and writes them together.

Memory is bounded by calls, not by what happens to them: of each call only the latest state waits.
While the database is away everything is kept and tried again. The checkpoint of a tape goes into
the transaction of the last of the calls that were put before it, so nothing is passed over.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import col, select

from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_store import CallStore
from crm_core.calls.tables import Gap, TapeCheckpoint
from crm_core.kernel.call_facts import CallSnapshot, Checkpoint, LinkGap
from crm_core.kernel.database import Database
from crm_core.kernel.errors import (
    CrmError,
    DatabaseBusy,
    DatabaseUnreachable,
    DatabaseUnwritable,
)
from crm_core.kernel.telling import Telling
from crm_core.kernel.upsert import Insert, insert_or_update

logger = logging.getLogger(__name__)

GATHERED_SECONDS = 0.03
BATCH = 100  # calls in one transaction: others want to write, and the loop has phones to ring
LONGEST_PAUSE_SECONDS = 5.0

WritingCalls = Callable[[Connection, Telling, CallStore], None]


@dataclass(slots=True)
class _Waiting:
    """What is to be written; of each thing the latest."""

    calls: dict[UUID, CallSnapshot] = field(default_factory=dict)
    checkpoints: dict[str, Checkpoint] = field(default_factory=dict)
    gaps: dict[UUID, LinkGap] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.calls or self.checkpoints or self.gaps)

    def older(self, other: "_Waiting") -> None:
        """Take back what could not be written, unless something newer is here."""
        self.calls = other.calls | self.calls
        self.checkpoints = other.checkpoints | self.checkpoints
        self.gaps = other.gaps | self.gaps

    def batches(self) -> list["_Waiting"]:
        """Cut into transactions; checkpoints go with the last."""
        calls = list(self.calls.items())
        cuts = [_Waiting(dict(calls[at : at + BATCH])) for at in range(0, len(calls), BATCH)]
        cuts = cuts or [_Waiting()]
        cuts[-1].checkpoints, cuts[-1].gaps = self.checkpoints, self.gaps
        return cuts


class CallWriter:
    """Writes calls as telephony tells them; run `run` beside it."""

    def __init__(
        self, database: Database, directory: AgentDirectory, regions: Mapping[str, str]
    ) -> None:
        self._database = database
        self._store = CallStore(directory, regions)
        self._waiting = _Waiting()
        self._taken = _Waiting()  # what is being written at this moment
        self._something = asyncio.Event()
        self._turn = asyncio.Lock()
        self._unwritable = 0

    def put(
        self, pbx: str, calls: Sequence[CallSnapshot], checkpoint: Checkpoint | None = None
    ) -> None:
        """Take the latest state of these calls; never waits."""
        for call in calls:
            self._waiting.calls[call.call_id] = call
        if checkpoint is not None:
            self._waiting.checkpoints[pbx] = checkpoint
        self._something.set()

    def put_gap(self, gap: LinkGap) -> None:
        """Take a stretch of time in which a PBX may not have been heard; never waits."""
        self._waiting.gaps[gap.gap_id] = gap
        self._something.set()

    def waiting_call(self, call_id: UUID) -> CallSnapshot | None:
        """Return a call that is not written yet, in its latest state."""
        return self._waiting.calls.get(call_id) or self._taken.calls.get(call_id)

    @property
    def waiting_calls(self) -> int:
        """How many calls are not written yet."""
        return len(self._waiting.calls)

    @property
    def unwritable_calls(self) -> int:
        """How many calls the database refused for what they contain."""
        return self._unwritable

    async def checkpoint(self, pbx: str) -> Checkpoint | None:
        """Return where to begin reading a link's tape, as it was last stored."""
        async with self._database.read() as session:
            query = select(TapeCheckpoint).where(col(TapeCheckpoint.pbx) == pbx)
            row = (await session.exec(query)).first()
        if row is None:
            return None
        return Checkpoint(
            segment=row.segment, offset=row.offset, tracker_version=row.tracker_version, at=row.at
        )

    async def run(self) -> None:
        """Write until cancelled; what fails is tried again with growing pauses."""
        failures = 0
        while True:
            await self._something.wait()
            await asyncio.sleep(GATHERED_SECONDS if failures == 0 else _pause(failures))
            try:
                await self.flush()
            except Exception as error:
                failures += 1
                is_known = isinstance(error, CrmError)
                logger.log(
                    logging.ERROR if failures == 1 else logging.WARNING,
                    "the call log cannot be written, %d calls wait: %s",
                    *(self.waiting_calls, error),
                    exc_info=failures == 1 and not is_known,
                )
            else:
                if failures:
                    logger.warning("the call log is written again")
                failures = 0

    async def flush(self) -> None:
        """Write all that waits now; raises if it cannot, and keeps it."""
        async with self._turn:
            self._something.clear()
            self._taken, self._waiting = self._waiting, _Waiting()
            batches = self._taken.batches() if self._taken else []
            try:
                while batches:
                    await self._write(batches[0])
                    batches.pop(0)
            except BaseException:  # cancelled, too: what was taken must not be lost
                for batch in batches:
                    self._waiting.older(batch)
                self._something.set()
                raise
            finally:
                self._taken = _Waiting()

    async def write_after(self, writing: WritingCalls) -> None:
        """Write all that waits, then what depends on it, in a transaction of its own."""
        await self.flush()
        await self._database.write_apart(
            lambda connection, telling: writing(connection, telling, self._store)
        )

    async def _write(self, batch: _Waiting) -> None:
        try:
            await self._write_together(batch)
        except Exception as error:
            if _is_away(error) or not batch.calls:
                raise
            logger.exception("a batch of calls was refused, its calls are written one by one")
            await self._write_one_by_one(batch)

    async def _write_together(self, batch: _Waiting) -> None:
        def write(connection: Connection, telling: Telling) -> None:
            self._store.write(connection, telling, batch.calls.values())
            _write_links(connection, batch)

        await self._database.write_apart(write)

    async def _write_one_by_one(self, batch: _Waiting) -> None:
        """One call that the database refuses must not keep the others out."""
        for call_id, call in batch.calls.items():
            try:
                await self._write_together(_Waiting({call_id: call}))
            except Exception as error:
                if _is_away(error):
                    raise
                self._unwritable += 1
                logger.exception("call %s cannot be written and is left out", call_id)
        await self._write_together(_Waiting({}, batch.checkpoints, batch.gaps))


def _write_links(connection: Connection, batch: _Waiting) -> None:
    """Write what the links say of themselves: how far they have read, and what they missed."""
    dialect = connection.dialect.name
    checkpoints = [{"pbx": pbx, **asdict(one)} for pbx, one in batch.checkpoints.items()]
    if checkpoints:
        connection.execute(_upsert_checkpoint(dialect), checkpoints)
    gaps = [
        {"id": gap.gap_id, **_UNRECOVERED, **{name: getattr(gap, name) for name in _GAP}}
        for gap in batch.gaps.values()
    ]
    if gaps:
        connection.execute(insert_or_update(Gap, dialect, ("id",), ("to_at", "reason")), gaps)


@cache
def _upsert_checkpoint(dialect: str) -> Insert:
    told = ("segment", "offset", "tracker_version", "at")
    return insert_or_update(TapeCheckpoint, dialect, ("pbx",), told)


_GAP = ("pbx", "from_at", "to_at", "reason")
_UNRECOVERED = {
    "recovery_state": "none",
    "recovered": 0,
    "without_agent": 0,
    "recovery_reason": None,
}


_AWAY = (
    *(OperationalError, InterfaceError, ProgrammingError),
    *(DatabaseBusy, DatabaseUnreachable, DatabaseUnwritable, PoolTimeout, OSError, TimeoutError),
)


def _is_away(error: Exception) -> bool:
    """Tell a database that cannot be written now from a row that it never will take."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, _AWAY)


def _pause(failures: int) -> float:
    """Grow from a tenth of a second, and never let two writers march in step."""
    longest = min(0.1 * 2.0**failures, LONGEST_PAUSE_SECONDS)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
