"""What somebody typed into the search field, as conditions that an index answers.

FTS5 on SQLite and pg_trgm on PostgreSQL know runs of three letters. What is shorter can only be the
beginning of a name; what thousands contain is found sooner by walking along the names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    column,
    func,
    select,
    table,
    text,
)
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.kernel.upsert import table_of
from crm_core.records.search_text import fold, search_words
from crm_core.records.tables import Client

PART = 3  # the indexes know runs of three letters
QUESTION_LIMIT = 200
WORDS_LIMIT = 8
FEW = 5_000  # more finds are not gathered and ordered: walking along the names meets them soon

CLIENT = table_of(Client)
INDEX = table("client_search", column("rowid"))  # FTS5, kept by triggers; on SQLite alone
KEY = table("client_search_key", column("key"), column("client_id", CLIENT.c.id.type))
LAST_LETTER = chr(0x10FFFF)


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody typed."""

    prefix: str
    words: tuple[str, ...]  # each must be found

    @classmethod
    def read(cls, typed: str) -> "Search | None":
        """Understand it; None if it says nothing."""
        typed = typed[:QUESTION_LIMIT]
        words = search_words(typed)[:WORDS_LIMIT]
        return cls(fold(typed), tuple(words)) if words else None

    @property
    def is_short(self) -> bool:
        """Whether there is nothing long enough for the index: then names must begin with it."""
        return not any(_is_long(word) for word in self.words)

    def begins(self) -> ColumnElement[bool]:
        """Names that begin with what was typed."""
        name = CLIENT.c.sort_name
        return (name >= self.prefix) & (name < self.prefix + LAST_LETTER)


async def containing(session: AsyncSession, search: Search) -> Sequence[ColumnElement[bool]]:
    """Return the conditions of those who contain every word, as this database finds them soonest.

    PostgreSQL knows from its statistics which way is shorter; SQLite is asked how many there are.
    """
    connection = await session.connection()
    if connection.dialect.name != "sqlite":
        # One plan for all questions would be the wrong one for most of them.
        await connection.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
        return [CLIENT.c.search_text.contains(word, autoescape=True) for word in search.words]
    match = " ".join(_quoted(word) for word in search.words if len(word) >= PART)
    found = await connection.execute(_count(), {"match": match, "most": FEW + 1})
    if found.scalar_one() > FEW:
        return [_has(word) for word in search.words]
    among = select(KEY.c.client_id).where(KEY.c.key.in_(_found().params(match=match)))
    rest = [word for word in search.words if len(word) < PART]
    return [CLIENT.c.id.in_(among), *(_has(word) for word in rest)]


def _is_long(word: str) -> bool:
    """Whether the indexes know it; the one of PostgreSQL knows letters and digits alone."""
    return len(word) >= PART and any(letter.isalnum() for letter in word)


def _has(word: str) -> ColumnElement[bool]:
    return func.instr(CLIENT.c.search_text, word) > 0


@cache
def _found() -> Select[Any]:
    matches = column("client_search").op("MATCH")(bindparam("match", type_=String))
    return select(INDEX.c.rowid).where(matches)


@cache
def _count() -> Select[Any]:
    some = _found().limit(bindparam("most", type_=Integer)).subquery()
    return select(func.count()).select_from(some)


def _quoted(word: str) -> str:
    """A phrase of FTS5: nothing in it is an operator."""
    return '"' + word.replace('"', '""') + '"'
