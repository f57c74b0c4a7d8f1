"""A database that is away is told apart from a wish that it refuses, in whatever words."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from crm_core.kernel.away import told_in_our_words
from crm_core.kernel.database import Database
from crm_core.kernel.errors import (
    CrmError,
    DatabaseBusy,
    DatabaseUnreachable,
    DatabaseUnwritable,
)
from tests.engines import ON_POSTGRESQL


class Refusal(Exception):
    """What a driver raises: words, and PostgreSQL's code."""

    def __init__(self, words: str, sqlstate: str | None = None) -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("words", "sqlstate", "kind"),
    [
        ("database is locked", None, DatabaseBusy),
        ("database or disk is full", None, DatabaseUnwritable),
        ("disk I/O error", None, DatabaseUnwritable),
        ("attempt to write a readonly database", None, DatabaseUnwritable),
        ("unable to open database file", None, DatabaseUnreachable),
        ("the database system is starting up", "57P03", DatabaseUnreachable),
        ("terminating connection due to administrator command", "57P01", DatabaseUnreachable),
        ("connection was closed in the middle of operation", "08003", DatabaseUnreachable),
        ("could not extend file: No space left on device", "53100", DatabaseUnwritable),
        ("sorry, too many clients already", "53300", DatabaseUnwritable),
        ("cannot execute INSERT in a read-only transaction", "25006", DatabaseUnwritable),
        ("deadlock detected", "40P01", DatabaseBusy),
    ],
)
def test_a_database_that_is_away(words: str, sqlstate: str | None, kind: type[CrmError]) -> None:
    with pytest.raises(kind), told_in_our_words():
        raise OperationalError("INSERT", {}, Refusal(words, sqlstate))


@pytest.mark.parametrize("error", [ConnectionRefusedError(), TimeoutError(), OSError("no route")])
def test_a_server_that_cannot_be_reached(error: Exception) -> None:
    with pytest.raises(DatabaseUnreachable), told_in_our_words():
        raise error


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError("INSERT", {}, Refusal("duplicate key", "23505")),
        DBAPIError("INSERT", {}, Refusal("invalid byte sequence", "22021")),
        OperationalError("SELECT", {}, Refusal("no such table: client")),
        ValueError("our own mistake"),
    ],
)
def test_what_is_wrong_with_the_wish_stays_what_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, told_in_our_words():
        raise error

    assert caught.value is error


@ON_POSTGRESQL
async def test_a_connection_that_the_server_cuts(database: Database) -> None:
    async def be_cut() -> None:
        async with database.write() as unit:
            connection = await unit.session.connection()
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DatabaseUnreachable):
        await be_cut()

    async with database.write() as unit:  # the next one is a new one
        await (await unit.session.connection()).execute(text("SELECT 1"))
