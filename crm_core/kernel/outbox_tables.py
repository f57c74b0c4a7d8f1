"""The outbox: what must follow from a written row, written in the same transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from crm_core.kernel.columns import JsonColumn, UtcDateTime


class OutboxEntry(SQLModel, table=True):
    """One thing that happened to a row; readers follow by `id` and never miss one."""

    __tablename__ = "outbox"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str = Field(index=True)  # "call.ended", "client.created", …
    record_id: UUID
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)


class OutboxCursor(SQLModel, table=True):
    """How far one reader of the outbox has come."""

    __tablename__ = "outbox_cursor"

    reader: str = Field(primary_key=True)
    position: int
