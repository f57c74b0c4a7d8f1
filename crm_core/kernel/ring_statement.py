"""A statement for the ring path, put into the words of SQLite's driver once.

SQLAlchemy knows how each value is written and read; going through all of its layers for each ring
would take longer than SQLite takes to answer.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect, Select, TextualSelect
from sqlalchemy.engine.interfaces import DBAPICursor

Statement = Select[Any] | TextualSelect
Process = Callable[[Any], Any]


class RingStatement:
    """Asks with values as Python has them, and gives rows with columns as attributes."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._order: Sequence[str] = compiled.positiontup or ()
        self._standing: Mapping[str, Any] = compiled.params
        self._writers: dict[str, Process] = {}
        for name, parameter in compiled.binds.items():
            if write := parameter.type.dialect_impl(dialect).bind_processor(dialect):
                self._writers[name] = write
        columns = list(statement.selected_columns)
        row: Any = namedtuple("RingRow", [column.name for column in columns])  # type: ignore[misc]
        self._row: Callable[[Sequence[Any]], Any] = row._make
        types = [column.type.dialect_impl(dialect) for column in columns]
        readers = [(at, kind.result_processor(dialect, None)) for at, kind in enumerate(types)]
        self._readers = [(at, read) for at, read in readers if read]

    def ask(self, cursor: DBAPICursor, params: Mapping[str, Any] | None) -> Sequence[Any]:
        """All rows of the answer, as of now."""
        values = {**self._standing, **(params or {})}
        for name, write in self._writers.items():
            values[name] = write(values[name])
        cursor.execute(self._sql, [values[name] for name in self._order])
        return [self._read(row) for row in cursor.fetchall()]

    def _read(self, row: tuple[Any, ...]) -> Any:
        cells = list(row)
        for at, read in self._readers:
            cells[at] = read(cells[at])
        return self._row(cells)
