"""Tables of agents at work: why they pause, what they are writing up, what they did when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from crm_core.kernel.columns import JsonColumn, UtcDateTime

_OPEN = text("to_at IS NULL")


class PauseReason(SQLModel, table=True):
    """Why somebody takes no queue calls. The PBX is told the code, people read the titles."""

    __tablename__ = "pause_reason"

    code: str = Field(primary_key=True, max_length=40)
    titles: dict[str, str] = Field(default_factory=dict, sa_type=JsonColumn)
    position: int = 0
    is_active: bool = True


class SharedDesk(SQLModel, table=True):
    """A phone at which whoever comes may sit down; all others are given by an administrator."""

    __tablename__ = "shared_desk"

    pbx: str = Field(primary_key=True, max_length=64)
    extension: str = Field(primary_key=True, max_length=32)


class AgentWrapUp(SQLModel, table=True):
    """Whom we pause ourselves until they have written up a talk, and until when.

    It is there before the PBX is asked to pause, and goes only when nothing of ours is left there:
    so whatever crashes, nobody stays paused by us for good.
    """

    __tablename__ = "agent_wrap_up"

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id")
    call_id: UUID  # no foreign key: the pause does not wait for the call's row
    pbx: str
    extension: str
    began_at: datetime = Field(sa_type=UtcDateTime)
    until_at: datetime = Field(sa_type=UtcDateTime)


class AgentStateSpan(SQLModel, table=True):
    """What the line of one of our people did, from when to when; open without `to_at`."""

    __tablename__ = "agent_state"
    __table_args__ = (
        Index("ix_agent_state_user_from", "user_id", "from_at"),
        Index("ix_agent_state_from", "from_at"),
        Index("ix_agent_state_open", "user_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="user_account.id")
    pbx: str
    extension: str
    state: str  # offline, ready, ringing, on_call, wrap_up, paused, lost
    reason: str | None = None  # of a pause
    from_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)  # it still was so then
    to_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_cut: bool = False  # the server died meanwhile: it may have lasted longer than to `to_at`
