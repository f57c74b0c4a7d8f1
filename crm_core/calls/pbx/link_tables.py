"""The table of PBX links. What a link tells lies elsewhere, under the link's name."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from crm_core.kernel.columns import JsonColumn, UtcDateTime


class PbxLinkRow(SQLModel, table=True):
    """How to reach one PBX, as an administrator wrote it."""

    __tablename__ = "pbx_link"

    id: UUID = Field(primary_key=True)
    name: str = Field(max_length=64, unique=True)
    host: str = Field(max_length=255)
    port: int
    username: str = Field(max_length=200)
    sealed_secret: str = Field(repr=False)  # never leaves the server, not even so
    region: str
    extension_pattern: str
    trunks: list[str] = Field(default_factory=list, sa_type=JsonColumn)
    dial_context: str = Field(default="", max_length=80)
    dial_format: str = Field(default="e164", max_length=80)
    sealed_call_records: str | None = Field(default=None, repr=False)  # may hold a password
    is_enabled: bool = True
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
