"""A database that is away: what drivers say of it in many words, said in ours.

Whether it is held by somebody, full, broken or not there is for the log; who asked is to try again.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from crm_core.kernel.errors import (
    CrmError,
    DatabaseBusy,
    DatabaseUnreachable,
    DatabaseUnwritable,
)

_UNWRITABLE = (
    "database or disk is full",
    "disk I/O error",
    "attempt to write a readonly database",
)

# What PostgreSQL says by SQLSTATE: the beginning of the code tells who is at fault.
_STATES: dict[str, type[CrmError]] = {
    "40": DatabaseBusy,  # two transactions in each other's way
    "55": DatabaseBusy,
    "25006": DatabaseUnwritable,  # it became a replica
    "53": DatabaseUnwritable,  # disk, memory or connections are used up
    "58": DatabaseUnwritable,
    "08": DatabaseUnreachable,
    "28": DatabaseUnreachable,
    "3D": DatabaseUnreachable,
    "57": DatabaseUnreachable,  # it is shut down, or starting
    "XX": DatabaseUnreachable,
}


@contextmanager
def told_in_our_words() -> Iterator[None]:
    """Nobody outside ever meets a driver's own words for it."""
    try:
        yield
    except (DBAPIError, PoolTimeout, OSError) as error:
        told = _in_our_words(error)
        if told is None:
            raise
        raise told from error


def is_locked(error: DBAPIError) -> bool:
    """Whether SQLite refused because somebody else holds the file."""
    return "database is locked" in str(error.orig)


def _in_our_words(error: Exception) -> CrmError | None:
    """Return None for what is not about the whole database but about what it was asked."""
    if not isinstance(error, DBAPIError):
        return DatabaseUnreachable(f"the database cannot be reached: {error}")
    if is_locked(error):
        return DatabaseBusy("another program has kept the database to itself for too long")
    words = str(error.orig)
    state = getattr(error.orig, "sqlstate", None) or ""
    for beginning, kind in _STATES.items():
        if state.startswith(beginning):
            return kind(f"the database cannot be used: {words}")
    if any(said in words for said in _UNWRITABLE):
        return DatabaseUnwritable(f"the database cannot be written: {words}")
    if "unable to open database file" in words:
        return DatabaseUnreachable(f"the database cannot be reached: {words}")
    if error.connection_invalidated:
        return DatabaseUnreachable(f"the connection to the database was lost: {words}")
    return None
