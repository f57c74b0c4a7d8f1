"""Tables of what was asked of the PBX by a click, and of what may be."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from crm_core.kernel.columns import JsonColumn, UtcDateTime


class CallLimit(SQLModel, table=True):
    """What a role may dial by a click; the row `*` holds for the whole office together."""

    __tablename__ = "call_limit"

    role: str = Field(primary_key=True, max_length=40)
    allowed: list[str] = Field(default_factory=list, sa_type=JsonColumn)
    denied: list[str] = Field(default_factory=list, sa_type=JsonColumn)
    calls_per_minute: int
    abroad_calls_per_day: int
    abroad_minutes_per_day: int


class CallOrder(SQLModel, table=True):
    """One click: written before the PBX is asked, so that it is asked once."""

    __tablename__ = "call_order"
    __table_args__ = (
        UniqueConstraint("user_id", "key", name="uq_call_order_key"),
        Index("ix_call_order_at", "at"),
        Index("ix_call_order_user", "user_id", "at"),
    )

    id: UUID = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    user_id: UUID = Field(foreign_key="user_account.id")
    kind: str = Field(max_length=20)
    pbx: str = Field(max_length=64)
    extension: str = Field(max_length=80)
    number: str = Field(max_length=40)
    is_abroad: bool = False
    uniqueid: str = Field(max_length=80)
    call_id: UUID | None = None
    client_id: UUID | None = None
    key: str | None = Field(default=None, max_length=200)
    state: str = Field(max_length=20)
    outcome: str = Field(max_length=40)
    text: str = ""
    changed_at: datetime = Field(sa_type=UtcDateTime)
