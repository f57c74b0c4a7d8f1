"""The outbox: what must follow from a written row, written in the same transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from crm_core.kernel.columns import JsonColumn, RowNumber, UtcDateTime


class OutboxEntry(SQLModel, table=True):
    """One thing that happened to a row; readers follow by `id` and never miss one."""

    __tablename__ = "outbox"
    # An id is never given twice, even when the newest rows were cleared away.
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True, sa_type=RowNumber)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str = Field(index=True)  # "call.ended", "client.created", …
    record_id: UUID
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)


class OutboxCursor(SQLModel, table=True):
    """How far one reader of the outbox has come."""

    __tablename__ = "outbox_cursor"

    reader: str = Field(primary_key=True)
    position: int = Field(sa_type=RowNumber)
