"""Which cards were painted, and how fast: for the journal's conditions and the board's figures."""

from typing import Any, Literal

from sqlalchemy import ColumnElement, Float, exists, false, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from crm_core.access.permissions import Person, Rights
from crm_core.access.tables import User
from crm_core.calls.call_rights import CALL
from crm_core.calls.tables import ShownCard
from crm_core.kernel.upsert import table_of

CARD, USER = table_of(ShownCard), table_of(User)

CardState = Literal["painted", "unpainted"]


class milliseconds_between(FunctionElement[float]):  # noqa: N801 - named as a function of SQL is
    """From one moment to another."""

    type = Float()
    inherit_cache = True


@compiles(milliseconds_between, "sqlite")
def _between_on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    begin, end = (compiler.process(one, **more) for one in element.clauses)
    return f"((julianday({end}) - julianday({begin})) * 86400000.0)"


@compiles(milliseconds_between, "postgresql")
def _between_on_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    begin, end = (compiler.process(one, **more) for one in element.clauses)
    return f"(extract(epoch from {end} - {begin}) * 1000.0)"


TOOK_MS = milliseconds_between(CARD.c.rang_at, CARD.c.painted_at)


def cards_within_reach(person: Person, rights: Rights) -> ColumnElement[bool]:
    """The cards of those people whose calls one may read: never another team's screens."""
    match rights.scope_of(person, "read", "call"):
        case "all":
            return true()
        case "team" if person.team_id is not None:
            team = select(USER.c.id).where(USER.c.team_id == person.team_id)
            return or_(CARD.c.user_id.in_(team), CARD.c.user_id == person.user_id)
        case "team" | "own":
            return CARD.c.user_id == person.user_id
        case _:
            return false()


def calls_with_cards(
    person: Person, rights: Rights, state: CardState | None, slower_than_ms: float | None
) -> list[ColumnElement[bool]]:
    """Calls of which a card within one's reach was painted, or never, or not so fast."""
    if state is None and slower_than_ms is None:
        return []
    meant = [CARD.c.call_id == CALL.c.id, cards_within_reach(person, rights)]
    if state is not None:
        is_painted = CARD.c.painted_at.is_not(None)
        meant.append(is_painted if state == "painted" else ~is_painted)
    if slower_than_ms is not None:
        meant.append(slower_than_ms <= TOOK_MS)
    return [exists().where(*meant)]
