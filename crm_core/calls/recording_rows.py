"""From what telephony tells of a recording to its row, and from rows to what a call shows."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, and_, case, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.calls.call_view import RecordingRef
from crm_core.calls.recording_tables import Recording
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.text import clean_text
from crm_core.kernel.upsert import Insert, insert_or_update, table_of

PATH_LIMIT = 1_000
# A file that is not there is looked for again: soon at first, then for a day now and then.
PAUSES_SECONDS = (1, 1, 2, 4, 8, 15, 30, 60, 300, 900, 3600, *((7200,) * 11))


RECORDING = table_of(Recording)


def write_recordings(connection: Connection, calls: Iterable[CallSnapshot]) -> None:
    """Write what telephony tells; what has been fetched stays as it is."""
    rows = [row for call in calls for row in recording_rows(call)]
    if rows:
        connection.execute(_upsert(connection.dialect.name), rows)


@cache
def _upsert(dialect: str) -> Insert:
    """The first try is set when the call ends, once: a call told again fetches nothing again."""
    is_untouched = and_(RECORDING.c.state == "waiting", RECORDING.c.tries == 0)
    return insert_or_update(
        Recording,
        dialect,
        ("call_id", "key"),
        ("extension",),
        path=lambda new: func.coalesce(new.path, RECORDING.c.path),
        next_try_at=lambda new: func.coalesce(
            RECORDING.c.next_try_at, case((is_untouched, new.next_try_at))
        ),
    )


def recording_rows(call: CallSnapshot) -> list[dict[str, Any]]:
    """The rows of a call's recordings, as telephony tells them. Fetching begins with its end."""
    due = call.ended_at + timedelta(seconds=PAUSES_SECONDS[0]) if call.ended_at else None
    return [
        {
            "id": uuid5(call.call_id, f"recording/{recording.key}"),
            "call_id": call.call_id,
            "pbx": call.pbx,
            "key": clean_text(recording.key, limit=PATH_LIMIT),
            "path": recording.path,
            "uniqueid": recording.uniqueid,
            "extension": recording.extension,
            "started_at": recording.started_at,
            "state": "waiting",
            "tries": 0,
            "next_try_at": due,
        }
        for recording in call.recordings
    ]


async def refs_of(
    session: AsyncSession, call_ids: Collection[UUID]
) -> Mapping[UUID, tuple[RecordingRef, ...]]:
    """The recordings of calls, each call's in the order in which they began."""
    query = (
        select(
            RECORDING.c.call_id,
            RECORDING.c.id,
            RECORDING.c.state,
            RECORDING.c.duration_seconds,
            RECORDING.c.started_at,
        )
        .where(RECORDING.c.call_id.in_(call_ids))
        .order_by(RECORDING.c.started_at, RECORDING.c.key)
    )
    found: dict[UUID, tuple[RecordingRef, ...]] = {}
    rows = (await (await session.connection()).execute(query)).all()
    for call_id, recording_id, state, duration, started_at in rows:
        ref = RecordingRef(
            id=recording_id, state=state, duration_seconds=duration, started_at=started_at
        )
        found[call_id] = (*found.get(call_id, ()), ref)
    return found
