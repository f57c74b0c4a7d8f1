"""Calls that nobody here heard, brought back from what the PBX itself wrote down.

The PBX's records know less than we hear: a call that was heard whole stands as it is. One that was
heard in part is completed; one that is not in the log at all is written, marked `is_recovered`, and
told of in the outbox as every call that ends. Doing it again changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import col
from sqlmodel import select as select_rows

from crm_core.calls.call_log import CallWriter
from crm_core.calls.call_store import CallStore
from crm_core.calls.tables import Call, Gap
from crm_core.kernel.call_facts import (
    CallResult,
    CallSnapshot,
    CallStatus,
    LinkGap,
    Transfer,
    TransferKind,
    TransferOutcome,
)
from crm_core.kernel.database import Database
from crm_core.kernel.telling import Telling
from crm_core.kernel.upsert import table_of

CALL = table_of(Call)
GAP = table_of(Gap)

BATCH = 50  # calls in one transaction: others want to write
SECOND = timedelta(seconds=1)  # records are written in whole seconds
_ENDED = CallStatus.ENDED.value
_ANSWERED = CallResult.ANSWERED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCall:
    """A call as the PBX's records tell it, and every id under which the log may know it."""

    call: CallSnapshot
    linkedids: frozenset[str]


class GapBook:
    """What is done about gaps: which are to be looked into, and what was found."""

    def __init__(self, database: Database, writer: CallWriter) -> None:
        self._database = database
        self._writer = writer

    async def closed_gaps(self, pbx: str, *, since: datetime) -> list[LinkGap]:
        """Gaps that are over and were not looked into to the end, the oldest first."""
        query = (
            select_rows(Gap)
            .where(
                col(Gap.pbx) == pbx,
                col(Gap.recovery_state) != "done",
                col(Gap.to_at).is_not(None),
                col(Gap.to_at) >= since,
            )
            .order_by(col(Gap.from_at))
        )
        async with self._database.read() as session:
            rows = (await session.exec(query)).all()
        return [
            LinkGap(
                gap_id=row.id,
                pbx=row.pbx,
                from_at=row.from_at,
                to_at=row.to_at,
                reason=row.reason,
            )
            for row in rows
        ]

    async def say(self, gap: LinkGap, state: str, reason: str | None = None) -> None:
        """Say how far the looking has come."""

        def write(connection: Connection, _telling: Telling, _store: CallStore) -> None:
            connection.execute(
                update(GAP)
                .where(GAP.c.id == gap.gap_id)
                .values(recovery_state=state, recovery_reason=reason)
            )

        await self._writer.write_after(write)

    async def keep(self, gap: LinkGap, found: Sequence[FoundCall]) -> int:
        """Write what is missing and complete what is known in part; gives how many were missing."""
        missing = 0

        def write(connection: Connection, telling: Telling, store: CallStore) -> None:
            nonlocal missing
            sorted_out = _sort_out(connection, batch)
            store.write(connection, telling, [*sorted_out.missing, *sorted_out.better])
            _count(connection, gap.gap_id, sorted_out.missing)
            missing += len(sorted_out.missing)

        for at in range(0, len(found), BATCH):
            batch = found[at : at + BATCH]
            await self._writer.write_after(write)
        return missing


@dataclass(frozen=True, slots=True)
class _SortedOut:
    missing: Sequence[CallSnapshot]
    better: Sequence[CallSnapshot]


def _sort_out(connection: Connection, found: Sequence[FoundCall]) -> _SortedOut:
    known = _known(connection, found)
    missing, better = [], []
    for one in found:
        rows = [
            row for linkedid in one.linkedids for row in known.get((one.call.pbx, linkedid), ())
        ]
        heard = [row for row in rows if not row.is_stub]
        if not heard:
            missing.append(one.call)
            continue
        row = _survivor(heard, one.call.call_id)
        if row is None or not _is_better(one.call, row):
            continue
        better.append(_completed(one.call, row))
    return _SortedOut(missing, better)


def _known(
    connection: Connection, found: Sequence[FoundCall]
) -> Mapping[tuple[str, str], Sequence[Any]]:
    ids = sorted({linkedid for one in found for linkedid in one.linkedids})
    rows: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in connection.execute(_KNOWN, {"ids": ids}):
        rows[row.pbx, row.linkedid].append(row)
    return rows


_KNOWN = select(CALL).where(CALL.c.linkedid.in_(bindparam("ids", expanding=True)))


def _survivor(rows: Iterable[Any], call_id: UUID) -> Any:
    """The one row that stands for the call; None where the log knows it as several."""
    standing = {row.id: row for row in rows if row.merged_into is None}
    return standing.get(call_id) or (next(iter(standing.values())) if len(standing) == 1 else None)


def _is_better(call: CallSnapshot, row: Any) -> bool:
    """Whether the records know more than was heard. What lives is never asked for here."""
    if row.status != _ENDED:
        return True
    if not row.is_recovered:
        return False
    if row.result not in (_ANSWERED, call.result) and call.result is not CallResult.NO_ANSWER:
        return True  # whose end was not heard is told as not answered, for want of better
    return bool(call.ended_at and row.ended_at and call.ended_at > row.ended_at + SECOND)


def _completed(call: CallSnapshot, row: Any) -> CallSnapshot:
    """The records' telling, with what only the ear could know.

    Its start is the earlier one, so that the tape, told again, is not taken for better.
    """
    return replace(
        call,
        call_id=row.id,
        linkedid=row.linkedid,
        started_at=min(call.started_at, row.started_at),
        did=row.did or call.did,
        caller_name=row.caller_name or call.caller_name,
        hold_seconds=row.hold_seconds,
        transfers=tuple(_transfer(one) for one in row.transfers) or call.transfers,
    )


def _transfer(kept: Mapping[str, Any]) -> Transfer:
    return Transfer(
        kind=TransferKind(kept["kind"]),
        by=kept["by"],
        to=kept["to"],
        at=datetime.fromisoformat(kept["at"]),
        outcome=TransferOutcome(kept["outcome"]),
    )


def _count(connection: Connection, looked_into: UUID, missing: Sequence[CallSnapshot]) -> None:
    """Add each call to the gap that had swallowed it.

    A look goes a little beyond its gap, since the PBX has a clock of its own, and may find a call
    of the next one.
    """
    for call in missing:
        span = {"pbx": call.pbx, "began_at": call.started_at, "ended_at": call.ended_at}
        gap_id = connection.execute(_SWALLOWED, span).scalar() or looked_into
        nobodys = 0 if _is_anybodys(call) else 1
        connection.execute(_ADD, {"of": gap_id, "nobodys": nobodys})


_SWALLOWED = (
    select(GAP.c.id)
    .where(
        GAP.c.pbx == bindparam("pbx"),
        GAP.c.from_at <= bindparam("ended_at"),
        GAP.c.to_at >= bindparam("began_at"),
    )
    .order_by(GAP.c.from_at.desc())
    .limit(1)
)
_ADD = (
    update(GAP)
    .where(GAP.c.id == bindparam("of"))
    .values(
        recovered=GAP.c.recovered + 1,
        without_agent=GAP.c.without_agent + bindparam("nobodys"),
    )
)


def _is_anybodys(call: CallSnapshot) -> bool:
    """Whether any phone of ours had a part in it."""
    return bool(call.placed_by or any(leg.extension for leg in call.legs))
