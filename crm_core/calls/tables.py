"""Tables of the call log: telephony's columns and the agent's never overwrite each other."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from crm_core.kernel.columns import JsonColumn, UtcDateTime


def _where(name: str, condition: str, *columns: str) -> Index:
    """Index only the rows of which this holds."""
    where = text(condition)
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


# in the journal's order, with all that tells whether somebody was called back
_MISSED = ("started_at", "id", "number", "status", "merged_into")
_UNRETURNED = "direction = 'inbound' AND result <> 'answered' AND returned_at IS NULL"
_UNRETURNED_IN_ORDER = ("started_at", "id", "status", "merged_into", "client_id")


class Call(SQLModel, table=True):
    """One call, told whole. The agent's part (client, note, disposition) is written by people."""

    __tablename__ = "call"
    __table_args__ = (
        Index("ix_call_number_started", "number", "started_at", "result"),
        Index("ix_call_client_started", "client_id", "started_at"),
        Index("ix_call_started", "started_at", "id"),
        # partial: of the calls that are nearly all the same no planner may choose an index
        _where("ix_call_merged_into", "merged_into IS NOT NULL", "merged_into"),
        # what few calls are, among very many: alive, busy
        Index("ix_call_result_started", "result", "started_at", "id"),
        _where("ix_call_live", "status <> 'ended'", "started_at", "id"),
        _where("ix_call_missed", "direction = 'inbound' AND result <> 'answered'", *_MISSED),
        _where("ix_call_unreturned", _UNRETURNED, *_UNRETURNED_IN_ORDER),
        _where("ix_call_unreturned_number", _UNRETURNED, "number", "started_at"),
    )

    id: UUID = Field(primary_key=True, foreign_key="record.id")
    # what the PBX told
    pbx: str
    linkedid: str = Field(index=True)
    direction: str
    status: str
    result: str | None = None
    number: str | None = None  # E.164 of the other side, or the internal extension
    raw_number: str | None = None
    is_withheld: bool = False
    caller_name: str | None = None
    did: str | None = None
    queue: str | None = None
    started_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    wait_seconds: float = 0.0
    talk_seconds: float = 0.0
    hold_seconds: float = 0.0
    placed_by: str | None = None
    placed_by_user_id: UUID | None = None
    handled_by: str | None = None
    handled_by_user_id: UUID | None = None
    transfers: list[dict[str, Any]] = Field(default_factory=list, sa_type=JsonColumn)
    merged_into: UUID | None = None
    is_recovered: bool = False
    returned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # see `returns`
    is_stub: bool = False  # made by an agent's note before the call writer came round
    # what people said
    client_id: UUID | None = Field(default=None, foreign_key="client.id")
    is_client_chosen: bool = False  # a person chose: the look-up never changes it again
    disposition: str | None = Field(default=None, foreign_key="disposition.code")
    note: str = ""
    note_version: int = 0
    note_author_id: UUID | None = None


class CallLeg(SQLModel, table=True):
    """One phone's part of a call."""

    __tablename__ = "call_leg"
    __table_args__ = (
        UniqueConstraint("call_id", "key"),
        Index("ix_call_leg_user", "user_id", "call_id"),
    )

    id: UUID = Field(primary_key=True)
    call_id: UUID = Field(foreign_key="call.id", index=True)
    key: str
    position: int
    extension: str | None = None
    number: str | None = None
    user_id: UUID | None = None  # who sat at the extension when it rang
    rang_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = None
    talk_seconds: float = 0.0
    device: str | None = None


class CallQueueVisit(SQLModel, table=True):
    """The caller's stay in one queue."""

    __tablename__ = "call_queue_visit"
    __table_args__ = (UniqueConstraint("call_id", "position"),)

    id: UUID = Field(primary_key=True)
    call_id: UUID = Field(foreign_key="call.id", index=True)
    position: int
    name: str
    entered_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = None


class CallOfPerson(SQLModel, table=True):
    """Whose phone had a part in a call, with the call's time: what that person's list walks along.

    Made from the call and its legs, see `journal_walks`.
    """

    __tablename__ = "call_of_person"
    __table_args__ = (Index("ix_call_of_person_started", "user_id", "started_at", "call_id"),)

    call_id: UUID = Field(primary_key=True, foreign_key="call.id")
    user_id: UUID = Field(primary_key=True)
    started_at: datetime = Field(sa_type=UtcDateTime)


class CallOfQueue(SQLModel, table=True):
    """A call that was in a queue, with the call's time; made from the visits, likewise."""

    __tablename__ = "call_of_queue"
    __table_args__ = (Index("ix_call_of_queue_started", "name", "started_at", "call_id"),)

    call_id: UUID = Field(primary_key=True, foreign_key="call.id")
    name: str = Field(primary_key=True)
    started_at: datetime = Field(sa_type=UtcDateTime)


class Disposition(SQLModel, table=True):
    """A result of a talk that an agent can choose; `titles` holds one text a language."""

    __tablename__ = "disposition"

    code: str = Field(primary_key=True)
    titles: dict[str, str] = Field(default_factory=dict, sa_type=JsonColumn)
    position: int = 0
    is_active: bool = True


class QueueSetting(SQLModel, table=True):
    """What the office says of a queue of the PBX; calls know it by `name` alone."""

    __tablename__ = "queue_setting"
    __table_args__ = (UniqueConstraint("pbx", "name"),)

    id: UUID = Field(primary_key=True)
    pbx: str
    name: str  # as the PBX has it
    title: str = Field(default="", max_length=200)  # as people have it
    is_disposition_required: bool = False
    wrap_up_seconds: int | None = None
    service_level_seconds: int | None = None  # None: the office's
    team_id: UUID | None = None  # who rings its callers back; None: the client's team
    working_hours: dict[str, Any] | None = Field(default=None, sa_type=JsonColumn)  # None: office's
    version: int = 1


class QueueDisposition(SQLModel, table=True):
    """A disposition that can be chosen in a queue. A queue without any offers all."""

    __tablename__ = "queue_disposition"

    queue_id: UUID = Field(primary_key=True, foreign_key="queue_setting.id")
    code: str = Field(primary_key=True, foreign_key="disposition.code")
    position: int = 0


class IgnoredNumber(SQLModel, table=True):
    """A number, or all that begin so, whose calls are logged and otherwise left alone."""

    __tablename__ = "ignored_number"
    __table_args__ = (UniqueConstraint("number", "is_prefix"),)

    id: UUID = Field(primary_key=True)
    number: str = Field(max_length=64)  # E.164, or its beginning
    is_prefix: bool = False
    shows_no_card: bool = True
    makes_no_task: bool = True
    is_blocked: bool = False  # the PBX is told to refuse it, if it asks
    reason: str = Field(default="", max_length=300)
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)


class ShownCard(SQLModel, table=True):
    """Proof of pop: when a phone rang, and when the card stood on a visible screen."""

    __tablename__ = "shown_card"
    __table_args__ = (
        UniqueConstraint("call_id", "user_id", "extension"),
        _where("ix_shown_card_unpainted", "painted_at IS NULL", "user_id", "call_id"),
    )

    id: UUID = Field(primary_key=True)
    call_id: UUID = Field(index=True)  # no foreign key: the card does not wait for the call's row
    user_id: UUID = Field(foreign_key="user_account.id")
    extension: str
    rang_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime = Field(sa_type=UtcDateTime)
    painted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    had_screen: bool | None = None  # whether any tab was open; None: nobody asked then
    dismissed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # taken, or over


class TapeCheckpoint(SQLModel, table=True):
    """Where to begin reading a link's tape after a start: all before it is in the call log."""

    __tablename__ = "tape_checkpoint"

    pbx: str = Field(primary_key=True)
    segment: str
    offset: int
    tracker_version: str
    at: datetime = Field(sa_type=UtcDateTime)


class Gap(SQLModel, table=True):
    """A stretch of time in which we may not have heard everything a PBX said."""

    __tablename__ = "gap"

    id: UUID = Field(primary_key=True)
    pbx: str = Field(index=True)
    from_at: datetime = Field(sa_type=UtcDateTime)
    to_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str  # link_down, server_down, tape_lost
    # what Asterisk's own records gave back
    recovery_state: str = "none"  # none, pending, done, failed
    recovered: int = 0  # calls
    without_agent: int = 0  # of these, in which none of our phones is known
    recovery_reason: str | None = None  # why it failed, for people
