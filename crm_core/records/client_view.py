"""Clients as the outside gives and sees them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

ClientKind = Literal["person", "company"]
PhoneLabel = Literal["mobile", "work", "home", "other"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class PhoneDraft(_Model):
    """A number as somebody typed it."""

    number: str
    label: PhoneLabel = "mobile"


class ClientDraft(_Model):
    """A client who is to be made."""

    kind: ClientKind = "person"
    name: str
    phones: tuple[PhoneDraft, ...] = ()
    company_name: str | None = None
    greeting_name: str | None = None
    position: str | None = None
    email: str | None = None
    city: str | None = None
    source: str | None = None
    comment: str | None = None
    is_vip: bool = False
    tags: tuple[str, ...] = ()


class ClientChanges(_Model):
    """What is to be changed; what was not set stays."""

    kind: ClientKind = "person"
    name: str = ""
    phones: tuple[PhoneDraft, ...] = ()
    company_name: str | None = None
    greeting_name: str | None = None
    position: str | None = None
    email: str | None = None
    city: str | None = None
    source: str | None = None
    comment: str | None = None
    is_vip: bool = False
    tags: tuple[str, ...] = ()
    owner_id: UUID | None = None


class Named(_Model):
    """A user or a client by name."""

    id: UUID
    name: str


class PhoneView(_Model):
    """A client's number: E.164, and as people write it."""

    number: str
    formatted: str
    label: str


class LastCall(_Model):
    """The newest call with a client."""

    at: datetime
    direction: str
    result: str | None
    user: Named | None


class ClientSummary(_Model):
    """A client as the lists show it; the room of calls adds the last one."""

    id: UUID
    kind: ClientKind
    name: str
    company: Named | None
    position: str | None
    phones: tuple[PhoneView, ...]
    city: str | None
    is_vip: bool
    tags: tuple[str, ...]
    owner: Named | None
    last_call: LastCall | None = None


class ClientStats(_Model):
    """How much was spoken."""

    calls: int = 0
    talk_seconds: float = 0.0


class ClientView(ClientSummary):
    """A client as its card shows it."""

    greeting_name: str | None
    email: str | None
    source: str | None
    comment: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    stats: ClientStats = Field(default_factory=ClientStats)
