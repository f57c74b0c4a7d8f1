"""Counts what a request asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

SILENT = ("PRAGMA", "SELECT pg_", "BEGIN", "COMMIT", "ROLLBACK")


class Statements(list[str]):
    """The statements of one block, in order."""

    def __str__(self) -> str:
        return "\n\n".join(" ".join(statement.split()) for statement in self)


@contextmanager
def counted() -> Iterator[Statements]:
    """Note every statement that SQLAlchemy sends, whichever engine sends it."""
    seen = Statements()

    def note(
        _connection: Any, _cursor: Any, statement: str, _values: Any, _context: Any, _many: bool
    ) -> None:
        if not statement.lstrip().startswith(SILENT):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
