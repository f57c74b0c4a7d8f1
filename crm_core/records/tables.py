"""Tables of records: the row every noun shares, relations, the timeline, clients, notes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from crm_core.kernel.columns import JsonColumn, SortText, UtcDateTime


class Record(SQLModel, table=True):
    """Anything with a card, links, tasks, files or a timeline; its own table stands beside it."""

    __tablename__ = "record"
    # A small team finds its own clients at once, among a million of others and its own calls.
    __table_args__ = (
        Index("ix_record_owner_kind", "owner_id", "kind"),
        Index("ix_record_team_kind", "team_id", "kind"),
    )

    id: UUID = Field(primary_key=True)
    kind: str  # client, call, note, …
    title: str
    owner_id: UUID | None = Field(default=None, foreign_key="user_account.id")
    team_id: UUID | None = Field(default=None, foreign_key="team.id")
    version: int = 1  # grows with each change; a writer names the version it saw
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Relation(SQLModel, table=True):
    """A typed link between two records: "works_at", "pays_for", …"""

    __tablename__ = "relation"
    __table_args__ = (UniqueConstraint("from_id", "to_id", "type"),)

    id: UUID = Field(primary_key=True)
    from_id: UUID = Field(foreign_key="record.id", index=True)
    to_id: UUID = Field(foreign_key="record.id", index=True)
    type: str


class Activity(SQLModel, table=True):
    """One entry of a record's timeline, written by the room that owns the noun it tells of."""

    __tablename__ = "activity"
    __table_args__ = (
        UniqueConstraint("record_id", "source_id"),
        Index("ix_activity_record_at", "record_id", "at", "id"),
    )

    id: UUID = Field(primary_key=True)  # uuid5 of record and source: writing twice changes nothing
    record_id: UUID = Field(foreign_key="record.id")  # whose timeline
    source_id: UUID = Field(index=True)  # the call, note, … that it tells of
    kind: str  # call, note, change, deal, task
    at: datetime = Field(sa_type=UtcDateTime)
    actor_id: UUID | None = None
    summary: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)


class Client(SQLModel, table=True):
    """Whom we serve: a person or a company. `record.title` is its name."""

    __tablename__ = "client"
    __table_args__ = (Index("ix_client_sort_name", "sort_name", "id"),)

    id: UUID = Field(primary_key=True, foreign_key="record.id")
    kind: str  # person, company
    name: str = Field(max_length=300)
    greeting_name: str | None = None  # «Анна Сергеевна»: how to address the person aloud
    position: str | None = None  # post in the company
    email: str | None = None
    city: str | None = None
    source: str | None = None
    comment: str | None = None
    is_vip: bool = False
    tags: list[str] = Field(default_factory=list, sa_type=JsonColumn)
    # the name in lower case: lists go by it, and searches for how a name begins
    sort_name: str = Field(default="", sa_type=SortText)
    search_text: str = ""  # name, company, numbers, e-mail in lower case: what search looks through


class ClientPhone(SQLModel, table=True):
    """One of a client's numbers. Several clients may share one (a switchboard, a family)."""

    __tablename__ = "client_phone"
    __table_args__ = (
        UniqueConstraint("client_id", "number"),
        # partial: hardly any number has ever been chosen for
        Index(
            "ix_client_phone_chosen",
            "number",
            "chosen_at",
            sqlite_where=text("chosen_at IS NOT NULL"),
            postgresql_where=text("chosen_at IS NOT NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    client_id: UUID = Field(foreign_key="client.id", index=True)
    number: str = Field(index=True)  # E.164, or as written where it cannot be read
    tail: str | None = Field(default=None, index=True)  # last 10 digits; None for short numbers
    raw_number: str  # as it was typed or imported
    label: str = "mobile"  # mobile, work, home, other
    position: int = 0
    # when, of all who share the number, it was this client who called, and who said so; it goes
    # with the row, so a client who loses the number is forgotten for it
    chosen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    chosen_by: UUID | None = None


class Note(SQLModel, table=True):
    """Free text that a user wrote on a record."""

    __tablename__ = "note"

    id: UUID = Field(primary_key=True, foreign_key="record.id")
    on_id: UUID = Field(foreign_key="record.id", index=True)
    author_id: UUID | None = Field(default=None, foreign_key="user_account.id")
    text: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class ImportJob(SQLModel, table=True):
    """A file of clients and how far it has been read; each batch moves `done_rows` with it."""

    __tablename__ = "import_job"

    id: UUID = Field(primary_key=True)
    file_name: str = Field(max_length=300)
    content: bytes | None = None  # kept until the import has ended
    mapping: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)  # column → field
    skips_duplicates: bool = True
    state: str = "uploaded"  # uploaded, running, done
    total_rows: int = 0
    done_rows: int = 0
    created_rows: int = 0
    skipped_rows: int = 0
    failed_rows: int = 0
    user_id: UUID | None = Field(default=None, foreign_key="user_account.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ImportProblem(SQLModel, table=True):
    """A line of the file that could not become a client, and why."""

    __tablename__ = "import_problem"

    import_id: UUID = Field(primary_key=True, foreign_key="import_job.id")
    line: int = Field(primary_key=True)
    field: str
    reason: str
    cells: list[str] = Field(default_factory=list, sa_type=JsonColumn)
