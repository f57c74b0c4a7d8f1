"""Tables of people, their rights, and what they did."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from crm_core.kernel.columns import JsonColumn, RowNumber, UtcDateTime


class Team(SQLModel, table=True):
    """People who work together; the migration makes one that everybody joins by default."""

    __tablename__ = "team"

    id: UUID = Field(primary_key=True)
    name: str = Field(unique=True)
    working_hours: dict[str, Any] | None = Field(default=None, sa_type=JsonColumn)  # None: office's


class User(SQLModel, table=True):
    """An account that may log in."""

    __tablename__ = "user_account"  # "user" is a reserved word in PostgreSQL

    id: UUID = Field(primary_key=True)
    login: str = Field(unique=True, max_length=64)  # lower case
    name: str = Field(max_length=200)
    password_hash: str
    role: str  # agent, manager, supervisor, admin
    team_id: UUID | None = Field(default=None, foreign_key="team.id", index=True)
    language: str = "ru"  # ru, en; the office's until one's own is chosen
    has_own_language: bool = False
    theme: str = "auto"  # auto, light, dark
    time_zone: str = "Europe/Moscow"  # the office's until one's own is chosen
    has_own_time_zone: bool = False
    is_active: bool = True
    must_change_password: bool = False  # somebody else knows it: it opens nothing but its change
    version: int = 1  # of what an administrator sets: name, role, team, phones, language, zone
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Extension(SQLModel, table=True):
    """A phone of ours and the user who sits at it."""

    __tablename__ = "extension"

    pbx: str = Field(primary_key=True)
    extension: str = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)


class Session(SQLModel, table=True):
    """A browser that is logged in. The cookie's value is never stored, only its SHA-256."""

    __tablename__ = "session"

    id_hash: str = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    address: str = ""
    user_agent: str = ""


class ApiToken(SQLModel, table=True):
    """A bearer token of a program, stored as SHA-256."""

    __tablename__ = "api_token"

    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    name: str = ""
    token_hash: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class KnownDevice(SQLModel, table=True):
    """A browser from which this user once logged in.

    It keeps its own allowance of failures, so that somebody who guesses passwords elsewhere
    cannot lock the rightful user out.
    """

    __tablename__ = "known_device"

    device_hash: str = Field(primary_key=True)
    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class Right(SQLModel, table=True):
    """A role may do an action on a kind of record, within a scope. What is not here is denied."""

    __tablename__ = "access_right"

    role: str = Field(primary_key=True)
    object: str = Field(primary_key=True)  # client, call, note, user, …
    action: str = Field(primary_key=True)  # read, create, update, delete, …
    scope: str  # own, team, all


class AuditEntry(SQLModel, table=True):
    """Who did what, and when. Rows are only ever added."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_object", "object_kind", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowNumber)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    user_id: UUID | None = None  # None: the system, or somebody who is not logged in
    action: str  # "session.opened", "session.refused", "user.created", "client.updated", …
    object_kind: str = ""
    object_id: str = ""
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    address: str = ""


class Office(SQLModel, table=True):
    """What holds for the whole office; one row, made by a migration."""

    __tablename__ = "office"

    id: UUID = Field(primary_key=True)
    name: str = Field(default="", max_length=200)
    language: str = "ru"  # of those who have not chosen one
    time_zone: str = "Europe/Moscow"
    currency: str = Field(default="RUB", max_length=3)
    phone_region: str = Field(default="", max_length=2)  # of numbers without a country; "": setting
    service_level_seconds: int = 20  # within which a queue's callers should be answered
    working_hours: dict[str, Any] | None = Field(default=None, sa_type=JsonColumn)  # None: always
    is_set_up: bool = False  # an administrator has seen the first steps through
    version: int = 1
