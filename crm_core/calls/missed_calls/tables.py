"""The table of the missed-call ledger: what we owe to those who call us."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from crm_core.kernel.columns import UtcDateTime

_OWED_TO_CLIENT = text("state = 'outstanding' AND client_id IS NOT NULL")
_OWED_TO_NUMBER = text("state = 'outstanding' AND client_id IS NULL")


class MissedCall(SQLModel, table=True):
    """A debt: somebody called, nobody answered, and nobody has spoken with them since.

    It is owed to a caller, however often they call: to a client, else to a number. `state` is
    outstanding, settled or written_off; `merged` says that its caller turned out to be another
    debt's, which goes on for both and is the only one that counts.
    """

    __tablename__ = "missed_call"
    __table_args__ = (
        Index(
            "uq_missed_call_client",
            "client_id",
            unique=True,
            sqlite_where=_OWED_TO_CLIENT,
            postgresql_where=_OWED_TO_CLIENT,
        ),
        Index(
            "uq_missed_call_number",
            "number",
            unique=True,
            sqlite_where=_OWED_TO_NUMBER,
            postgresql_where=_OWED_TO_NUMBER,
        ),
        Index("ix_missed_call_state_opened", "state", "opened_at", "id"),
        Index("ix_missed_call_opened", "opened_at", "id"),
        Index("ix_missed_call_client", "client_id"),
        Index("ix_missed_call_number", "number"),
    )

    id: UUID = Field(primary_key=True)  # uuid5 of the call that opened it and the rule
    client_id: UUID | None = Field(default=None, foreign_key="client.id")
    number: str | None = None  # whom to ring: the number they called from last
    pbx: str = ""
    queue: str | None = None  # of the latest call
    team_id: UUID | None = None
    first_call_id: UUID
    last_call_id: UUID
    opened_at: datetime = Field(sa_type=UtcDateTime)  # when the first of the calls ended
    last_called_at: datetime = Field(sa_type=UtcDateTime)
    times_called: int = 1
    times_tried: int = 0  # our calls to them since then that nobody answered
    assignee_id: UUID | None = Field(default=None, foreign_key="user_account.id")
    task_id: UUID | None = None  # the latest call-back task; people may end or delete it
    state: str = "outstanding"
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_by_call_id: UUID | None = None
    settled_how: str | None = None  # they_called, we_called
    written_off_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    written_off_by_id: UUID | None = None
    written_off_reason: str | None = Field(default=None, max_length=500)
    merged_into: UUID | None = None
    claimed_by_id: UUID | None = None
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
