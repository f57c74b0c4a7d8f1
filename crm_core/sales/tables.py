"""Tables of sales: pipelines and their stages, deals, tasks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from crm_core.kernel.columns import UtcDateTime

MoneyColumn: Any = BigInteger


class Pipeline(SQLModel, table=True):
    """Ordered stages that a deal goes through."""

    __tablename__ = "pipeline"

    id: UUID = Field(primary_key=True)
    name: str = Field(max_length=200)
    position: int = 0
    is_active: bool = True
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)


class Stage(SQLModel, table=True):
    """One step of a pipeline; `won` and `lost` close the deal that comes there."""

    __tablename__ = "stage"

    id: UUID = Field(primary_key=True)
    pipeline_id: UUID = Field(foreign_key="pipeline.id", index=True)
    name: str = Field(max_length=200)
    position: int = 0
    kind: str = "open"  # open, won, lost
    norm_days: int | None = None  # longer than this in the stage is told as late
    is_active: bool = True  # one that deals have been in is put away, never deleted


class Deal(SQLModel, table=True):
    """A possible sale. `record.title` is its name, `record.owner_id` who answers for it."""

    __tablename__ = "deal"
    __table_args__ = (
        Index("ix_deal_client_status", "client_id", "status", "created_at"),
        # the board reads a stage from its newest change on, a page at a time
        Index("ix_deal_stage_since", "stage_id", "stage_since_at", "id"),
        Index("ix_deal_created", "created_at", "id"),
        # the head of the board's columns is counted from this index alone, for any scope
        Index(
            *("ix_deal_board", "pipeline_id", "stage_id", "currency", "amount_minor"),
            *("status", "team_id", "owner_id"),
        ),
    )

    id: UUID = Field(primary_key=True, foreign_key="record.id")
    # copies of the record's, for counting; whoever changes the one changes the other
    owner_id: UUID | None = Field(default=None, index=True)
    team_id: UUID | None = None
    client_id: UUID | None = Field(default=None, foreign_key="client.id")
    pipeline_id: UUID = Field(foreign_key="pipeline.id")
    stage_id: UUID = Field(foreign_key="stage.id")
    title: str = Field(max_length=300)
    search_text: str = ""  # the title in lower case: SQLite's own lower() knows ASCII alone
    amount_minor: int | None = Field(default=None, sa_type=MoneyColumn)
    currency: str = Field(default="RUB", max_length=3)
    status: str = "open"  # open, won, lost
    lost_reason: str | None = None
    expected_on: date | None = None
    stage_since_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Task(SQLModel, table=True):
    """Something to do by `due_at`. `record.title` is its text, `record.owner_id` the assignee."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_assignee_open", "assignee_id", "done_at", "due_at", "id"),
        Index("ix_task_client_open", "client_id", "done_at", "due_at"),
        Index("ix_task_deal_open", "deal_id", "done_at", "due_at"),
        Index(
            "ix_task_due_open",
            "due_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True, foreign_key="record.id")
    kind: str = "call"  # call, meeting, letter, to_do, callback, promise
    title: str = Field(max_length=300)
    comment: str | None = None
    due_at: datetime = Field(sa_type=UtcDateTime)
    is_all_day: bool = False  # due on that day, at no particular hour
    assignee_id: UUID | None = Field(default=None, foreign_key="user_account.id")
    team_id: UUID | None = None  # a copy of the record's, as `assignee_id` is of its owner
    client_id: UUID | None = Field(default=None, foreign_key="client.id")
    deal_id: UUID | None = Field(default=None, foreign_key="deal.id")
    call_id: UUID | None = Field(default=None, index=True)  # what it came from; may have no row yet
    number: str | None = None  # whom to ring back where there is no client
    made_by: str = "user"  # user, or the rule that made it: missed_call
    times: int = 1  # how many unanswered calls it stands for
    author_id: UUID | None = None
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_by_id: UUID | None = None
    outcome: str | None = None  # done, cancelled
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
