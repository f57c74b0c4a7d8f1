"""Recordings: what is known of a call's audio, and the next one to be fetched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.permissions import Person, Rights
from crm_core.calls.calls import find_call
from crm_core.calls.recording_rows import PAUSES_SECONDS
from crm_core.calls.recording_tables import Recording
from crm_core.calls.tables import Call
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Forbidden, NotFound
from crm_core.kernel.events import RecordChanged

MISSING_AFTER = 7  # tries: from then on people are told that it is missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What became of one try: a state, and of audio what is known of it."""

    state: str
    reason: str | None = None
    content_hash: str | None = None
    size_bytes: int | None = None
    duration_seconds: float | None = None
    channels: int | None = None
    peaks: Sequence[Sequence[int]] | None = None


async def get_recording(
    session: AsyncSession, person: Person, rights: Rights, recording_id: UUID
) -> Recording:
    """Return a recording that the person may hear: who may read its call, if their role listens."""
    recording = await session.get(Recording, recording_id)
    call = await find_call(session, person, rights, recording.call_id) if recording else None
    if recording is None or call is None:
        raise NotFound("no such recording")
    if not await rights.may(person, "listen", "recording"):
        raise Forbidden("your role does not allow to listen to recordings")
    return recording


async def find_due(session: AsyncSession, now: datetime, *, limit: int) -> Sequence[Recording]:
    """The recordings whose turn it is, longest waiting first."""
    query = (
        select(Recording)
        .where(col(Recording.next_try_at) <= now)
        .order_by(col(Recording.next_try_at), col(Recording.id))
        .limit(limit)
    )
    return (await session.exec(query)).all()


async def count_waiting(session: AsyncSession) -> int:
    """How many are looked for again: those that are not there, or not yet."""
    query = select(func.count()).where(col(Recording.next_try_at).is_not(None))
    return (await session.exec(query)).one()


async def keep_result(
    unit: UnitOfWork, recording: Recording, fetched: Fetched, now: datetime
) -> None:
    """Store what became of a try; what is still waiting gets its next turn."""
    tries = recording.tries + 1
    is_over = fetched.state not in ("waiting", "missing")
    pause = None if is_over or tries >= len(PAUSES_SECONDS) else PAUSES_SECONDS[tries]
    state = fetched.state
    if state == "waiting" and tries >= MISSING_AFTER:
        state = "missing"
    await unit.session.exec(
        update(Recording)
        .where(col(Recording.id) == recording.id)
        .values(
            state=state,
            reason=fetched.reason,
            tries=tries,
            next_try_at=now + timedelta(seconds=pause) if pause else None,
            content_hash=fetched.content_hash,
            size_bytes=fetched.size_bytes,
            duration_seconds=fetched.duration_seconds,
            channels=fetched.channels,
            peaks=[list(lane) for lane in fetched.peaks] if fetched.peaks else None,
            fetched_at=now if is_over else None,
        )
    )
    if is_over or state != recording.state:
        unit.tell(f"recording.{state}", recording.id, {"call_id": str(recording.call_id)})
        unit.publish(RecordChanged(at=now, kind="recording", record_id=recording.id))


async def call_of(session: AsyncSession, recording: Recording) -> Call | None:
    """The call that was recorded."""
    return await session.get(Call, recording.call_id)
