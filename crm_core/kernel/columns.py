"""Column types that mean the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

# Set before any table is made (every tables module imports this one first): a constraint without
# a name cannot be changed by a later migration.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment. Stored in UTC with microseconds; a naive value is refused.

    SQLite has no type for moments and would give back naive ones.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without time zone: {value!r}")
        if value.tzinfo is not UTC:  # hardly ever: the house keeps its moments in UTC
            value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


JsonColumn: Any = JSON().with_variant(JSONB(), "postgresql")
# A number that grows with every row for years; SQLite counts up only in a plain INTEGER.
RowNumber: Any = BigInteger().with_variant(Integer(), "sqlite")
# Lower-case text that is sorted: by code point on both, whatever PostgreSQL's own language is.
# Only then are the names between "ан" and "ан" + the last letter those that begin with it.
SortText: Any = String(100).with_variant(String(100, collation="C"), "postgresql")
