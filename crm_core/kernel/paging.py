"""Paging: a list goes on after the last row that was seen, however many rows come or go before it.

A cursor is that row's place in the order, as one opaque word. It opens nothing: it only says where
to go on in what one may see anyway. It is checked all the same, so that a damaged one, or one of
another list, is an error and not a wrong page.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Generic, TypeVar
from uuid import UUID

from crm_core.kernel.errors import InvalidValue

T = TypeVar("T")

_CHECK_BYTES = 6
LONGEST_CURSOR = 2_000


class InvalidCursor(InvalidValue):
    """The cursor was not made for this list."""

    code = "invalid_cursor"

    def __init__(self) -> None:
        super().__init__("cursor", "this cursor was not made for this list")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list, and where to go on; None: that was the end."""

    items: Sequence[T]
    next_cursor: str | None


def cut_page(rows: Sequence[T], limit: int, cursor_of: Callable[[T], str]) -> Page[T]:
    """Make a page of a query that asked for one row more than `limit`."""
    items = rows[:limit]
    return Page(items, cursor_of(items[-1]) if len(rows) > limit else None)


def write_cursor(list_name: str, *place: str | UUID | datetime) -> str:
    """Say where the last row of a page stands in the order of this list."""
    parts = [part.isoformat() if isinstance(part, datetime) else str(part) for part in place]
    words = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return urlsafe_b64encode(_check(list_name, words) + words).rstrip(b"=").decode()


def read_cursor(cursor: str, list_name: str, *kinds: type) -> tuple[Any, ...]:
    """The place that `write_cursor` wrote, with a value of each kind, or `InvalidCursor`."""
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise ValueError("too long")
        packed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        check, words = packed[:_CHECK_BYTES], packed[_CHECK_BYTES:]
        if check != _check(list_name, words):
            raise ValueError("damaged, or of another list")
        parts = json.loads(words)
        return tuple(_READERS[kind](part) for kind, part in zip(kinds, parts, strict=True))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise InvalidCursor from None


def _check(list_name: str, words: bytes) -> bytes:
    return blake2b(words, key=list_name.encode()[:64], digest_size=_CHECK_BYTES).digest()


def _read_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone")
    return moment


def _read_text(text: str) -> str:
    if "\0" in text:
        raise ValueError("no row holds this")
    return text


_READERS: dict[type, Callable[[str], Any]] = {
    str: _read_text,
    UUID: UUID,
    datetime: _read_moment,
}
