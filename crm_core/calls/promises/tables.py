"""The table of promises."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from crm_core.kernel.columns import UtcDateTime


class Promise(SQLModel, table=True):
    """What was promised in a call, from which second of it, and until when.

    `state` is open, kept, kept_late, withdrawn; whoever reads an open one after `due_at` is told
    that it is broken.
    """

    __tablename__ = "promise"
    __table_args__ = (
        Index("ix_promise_client_state", "client_id", "state", "due_at"),
        Index("ix_promise_number_state", "number", "state", "due_at"),
        Index("ix_promise_state_due", "state", "due_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    call_id: UUID = Field(foreign_key="call.id", index=True)
    client_id: UUID | None = Field(default=None, foreign_key="client.id")
    number: str | None = None
    team_id: UUID | None = None
    second: float = 0.0  # from the answer on; from the first ring where nobody has answered
    text: str = Field(default="", max_length=300)
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by_id: UUID = Field(foreign_key="user_account.id")
    due_at: datetime = Field(sa_type=UtcDateTime)
    task_id: UUID | None = None
    state: str = "open"
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_by: str | None = None  # call, task, person
    settled_by_call_id: UUID | None = None
