"""Stays in queues, as far as records tell them."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from crm_core.kernel.call_facts import CallResult, QueueOutcome, QueueVisit
from telephony.call_records.record import CallRecord
from telephony.tracker.names import NAME_LIMIT, text


def tell_visits(
    front: Sequence[CallRecord], answered_at: datetime | None, result: CallResult
) -> tuple[QueueVisit, ...]:
    """The stays of the caller's channel; rows of one queue that follow each other are one stay."""
    ordered = sorted(front, key=lambda row: row.started_at)
    visits = []
    for name, rows in groupby(ordered, key=_queue):
        stay = list(rows)
        if name:
            visits.append(_visit(name, stay, answered_at, result, is_last=stay[-1] is ordered[-1]))
    return tuple(visits)


def _queue(row: CallRecord) -> str | None:
    if row.application != "Queue":
        return None
    return text(row.arguments.partition(",")[0], NAME_LIMIT)


def _visit(
    name: str,
    rows: Sequence[CallRecord],
    answered_at: datetime | None,
    result: CallResult,
    *,
    is_last: bool,
) -> QueueVisit:
    entered_at, left_at = rows[0].started_at, max(row.ended_at for row in rows)
    if answered_at is not None and entered_at <= answered_at <= left_at:
        outcome, left_at = QueueOutcome.ANSWERED, answered_at
    elif is_last and result is CallResult.ABANDONED:
        outcome = QueueOutcome.ABANDONED
    else:
        outcome = QueueOutcome.TIMEOUT
    return QueueVisit(name=name, entered_at=entered_at, left_at=left_at, outcome=outcome)
