"""The table of recordings: where a call's audio is, and how far we have come with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from crm_core.kernel.columns import JsonColumn, UtcDateTime


class Recording(SQLModel, table=True):
    """A file to which a call was recorded. Telephony tells of it, the keeper of audio fetches it.

    States: waiting (not there yet), processing, ready, partial (cut short, but it plays), silent
    (nothing was recorded), missing (not found; looked for again now and then), failed (it is no
    audio that we play), deleted (by retention).
    """

    __tablename__ = "recording"
    __table_args__ = (
        UniqueConstraint("call_id", "key"),
        Index("ix_recording_due", "next_try_at", "id"),
    )

    id: UUID = Field(primary_key=True)  # uuid5 of call and key: told twice, it is one
    call_id: UUID = Field(foreign_key="call.id", index=True)
    pbx: str
    key: str
    path: str | None = None  # as the PBX wrote it
    uniqueid: str
    extension: str | None = None
    started_at: datetime = Field(sa_type=UtcDateTime)
    state: str = "waiting"
    reason: str | None = None
    tries: int = 0
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # None: nothing to do
    content_hash: str | None = None  # of the stored file: where it lies
    size_bytes: int | None = None
    duration_seconds: float | None = None
    channels: int | None = None
    peaks: list[Any] | None = Field(default=None, sa_type=JsonColumn)
    fetched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
