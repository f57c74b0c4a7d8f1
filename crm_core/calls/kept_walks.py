"""Whose and which queues' calls there are, noted with every write: what `journal_walks` walk along.

The rows of calls, legs and visits decide. They are asked only where what was told may have changed
them: most of a call's states change none of this, and calls are written at every one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Delete,
    Select,
    Table,
    bindparam,
    delete,
    select,
    union,
)

from crm_core.calls.call_rows import Row
from crm_core.calls.journal_walks import CALL
from crm_core.calls.tables import CallLeg, CallOfPerson, CallOfQueue, CallQueueVisit
from crm_core.kernel.upsert import Insert, insert_or_update, table_of

LEG, VISIT = table_of(CallLeg), table_of(CallQueueVisit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Rows that were just written, and of the same calls those that were there before."""

    calls: Sequence[Row]
    legs: Sequence[Row]
    visits: Sequence[Row]
    known: Mapping[UUID, Any]
    legs_before: Iterable[Any]


def keep_walks(connection: Connection, written: Written) -> None:
    """Note whose and which queues' calls these are."""
    legs, before = _Legs(), _Legs()
    for leg in written.legs:
        legs[leg["call_id"]].add((leg["key"], leg["user_id"]))
    for leg in written.legs_before:
        before[leg.call_id].add((leg.key, leg.user_id))
    queues: dict[UUID, set[str]] = defaultdict(set)
    for visit in written.visits:
        queues[visit["call_id"]].add(visit["name"])

    persons, came, changed, queued, moved = [], [], [], [], []
    for call in written.calls:
        call_id, began, known = call["id"], call["started_at"], written.known.get(call["id"])
        seats = (call["placed_by_user_id"], call["handled_by_user_id"])
        if known is None:
            persons += [(call_id, user, began) for user in _users(legs[call_id], seats)]
            came += [(call_id, name, began) for name in queues[call_id]]
            continue
        seats_before = (known.placed_by_user_id, known.handled_by_user_id)
        is_moved = known.started_at != began
        if (
            is_moved
            or legs[call_id] != before[call_id]
            or _beyond(legs[call_id], seats) != _beyond(before[call_id], seats_before)
        ):
            changed.append(call_id)
        if is_moved:
            moved.append(call_id)
        queued += [(call_id, name, began) for name in queues[call_id]]
    if queued:
        noted = _QUEUES.read(connection, {call_id for call_id, *_ in queued})
        moved += [call_id for call_id, *_ in noted ^ set(queued)]
    _PERSONS.note(connection, persons, changed)
    _QUEUES.note(connection, came, set(moved))


class _Legs(defaultdict[UUID, set[tuple[str, UUID | None]]]):
    """The legs of calls: each one's key, and who sat there."""

    def __init__(self) -> None:
        super().__init__(set)


def _users(legs: Collection[tuple[str, UUID | None]], seats: Iterable[UUID | None]) -> set[UUID]:
    return {user for user in (*(user for _key, user in legs), *seats) if user is not None}


def _beyond(legs: Collection[tuple[str, UUID | None]], seats: Iterable[UUID | None]) -> set[UUID]:
    """Whom the call names beside those of its legs."""
    return _users((), seats) - _users(legs, ())


# Built once: SQLAlchemy takes longer over making them than SQLite over answering them.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)

Model = type[CallOfPerson] | type[CallOfQueue]
Noted = tuple[Any, ...]  # the call, whose it is, when it began


@dataclass(frozen=True, slots=True)
class _Kept:
    """A table of walks: what its rows should be, what they are, and how one is taken away."""

    model: Model
    key: str
    told: Any
    noted: Select[Any]
    delete: Delete

    def read(self, connection: Connection, ids: Collection[UUID]) -> set[Noted]:
        """What is noted of these calls."""
        return {tuple(row) for row in connection.execute(self.noted, {"ids": list(ids)})}

    def note(
        self, connection: Connection, fresh: Collection[Noted], changed: Collection[UUID]
    ) -> None:
        """Note what is told of fresh calls, and of changed ones what their rows tell."""
        rows = list(fresh)
        if changed:
            told = {tuple(row) for row in connection.execute(self.told, {"ids": list(changed)})}
            noted = self.read(connection, changed)
            if gone := noted - told:
                connection.execute(self.delete, [{"of": of, "gone": key} for of, key, _at in gone])
            rows += told - noted
        if rows:
            names = ("call_id", self.key, "started_at")
            statement = _upsert(self.model, self.key, connection.dialect.name)
            connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])


@cache
def _upsert(model: Model, key: str, dialect: str) -> Insert:
    return insert_or_update(model, dialect, ("call_id", key), ("started_at",))


def _kept(model: Model, key: str, told: Any) -> _Kept:
    table: Table = table_of(model)
    noted = select(table.c.call_id, table.c[key], table.c.started_at)
    gone = delete(table).where(
        table.c.call_id == bindparam("of"), table.c[key] == bindparam("gone")
    )
    return _Kept(model, key, told, noted.where(table.c.call_id.in_(_IDS)), gone)


def _seats(column: ColumnElement[Any]) -> Select[Any]:
    told = select(CALL.c.id, column, CALL.c.started_at)
    return told.where(CALL.c.id.in_(_IDS), column.is_not(None))


_ON_LEGS = (
    select(CALL.c.id, LEG.c.user_id, CALL.c.started_at)
    .join_from(LEG, CALL, CALL.c.id == LEG.c.call_id)
    .where(LEG.c.call_id.in_(_IDS), LEG.c.user_id.is_not(None))
)
_IN_QUEUES = (
    select(CALL.c.id, VISIT.c.name, CALL.c.started_at)
    .distinct()
    .join_from(VISIT, CALL, CALL.c.id == VISIT.c.call_id)
    .where(VISIT.c.call_id.in_(_IDS))
)
_PERSONS = _kept(
    CallOfPerson,
    "user_id",
    union(_seats(CALL.c.placed_by_user_id), _seats(CALL.c.handled_by_user_id), _ON_LEGS),
)
_QUEUES = _kept(CallOfQueue, "name", _IN_QUEUES)
