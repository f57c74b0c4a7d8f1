"""Writing rows that may be there already, in the words of either database."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

Insert = sqlite.Insert | postgresql.Insert
Decision = Callable[[Any], Any]  # the new row's columns -> an expression


def table_of(model: type[SQLModel]) -> Table:
    """Return the table behind a model."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    return table


def insert_missing(model: type[SQLModel], dialect: str) -> Insert:
    """Insert rows, and pass over those whose key is taken."""
    return _insert(model, dialect).on_conflict_do_nothing()


def insert_or_update(
    model: type[SQLModel],
    dialect: str,
    key: tuple[str, ...],
    columns: Iterable[str],
    **decided: Decision,
) -> Insert:
    """Insert rows; where `key` is taken, overwrite `columns` of the row that is there.

    A `decided` column gets what its function makes of the new row.
    """
    statement = _insert(model, dialect)
    values: dict[str, Any] = {name: statement.excluded[name] for name in columns}
    values |= {name: decide(statement.excluded) for name, decide in decided.items()}
    return statement.on_conflict_do_update(index_elements=list(key), set_=values)


def _insert(model: type[SQLModel], dialect: str) -> Insert:
    table = table_of(model)
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
