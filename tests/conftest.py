"""What many tests need: a migrated database of their own, on SQLite or on PostgreSQL.

A module that must hold on both says so with `pytestmark = BOTH_ENGINES` (from tests.engines).
All others use SQLite, or what ALLO_TEST_ENGINE names; `make test` runs them once with each.
"""

import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from crm_core.kernel.bus import EventBus
from crm_core.kernel.database import Database
from crm_core.kernel.schema import migrate
from tests import postgresql


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With ALLO_TEST_ENGINE: only what depends on the database, and has not named its engine.

    `make test` runs everything on SQLite and then this on PostgreSQL, so that the whole suite has
    been seen on both and nothing twice on one.
    """
    if os.environ.get("ALLO_TEST_ENGINE", "sqlite") == "sqlite":
        return
    kept = [item for item in items if _depends_on_engine(item)]
    chosen = {id(item) for item in kept}
    config.hook.pytest_deselected(items=[item for item in items if id(item) not in chosen])
    items[:] = kept


def _depends_on_engine(item: pytest.Item) -> bool:
    given = getattr(item, "callspec", None)
    has_named = given is not None and "engine_name" in given.params
    fixtures = getattr(item, "fixturenames", ())
    return not has_named and bool({"database_url", "empty_database_url"} & set(fixtures))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables and the rows every installation begins with."""
    path = tmp_path_factory.mktemp("template") / "allo.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[str]:
    """A running PostgreSQL: a URL with a place for the database's name."""
    programs = postgresql.find_programs()
    if programs is None:
        reason = "PostgreSQL is not installed (Debian: apt install postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with postgresql.cluster(programs) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_cluster(postgresql_cluster: str) -> str:
    """The cluster, with a migrated database called `template` to copy from."""
    migrate(postgresql.create_database(postgresql_cluster, "template"))
    return postgresql_cluster


@pytest.fixture
def engine_name() -> str:
    """Which engine the database of this test runs on."""
    return os.environ.get("ALLO_TEST_ENGINE", "sqlite")


@pytest.fixture
def database_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a freshly migrated database that no other test sees."""
    if engine_name == "sqlite":
        path = tmp_path / "allo.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    cluster: str = request.getfixturevalue("migrated_cluster")
    return postgresql.create_database(cluster, f"test_{uuid.uuid4().hex}", template="template")


@pytest.fixture
def empty_database_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a database without tables."""
    if engine_name == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    cluster: str = request.getfixturevalue("postgresql_cluster")
    return postgresql.create_database(cluster, f"empty_{uuid.uuid4().hex}")


@pytest.fixture
def bus() -> EventBus:
    """A bus without subscribers."""
    return EventBus()


@pytest.fixture
async def database(database_url: str, bus: EventBus) -> AsyncIterator[Database]:
    """A freshly migrated database, open; what its units publish goes to `bus`."""
    database = Database.connect(database_url, bus)
    yield database
    await database.close()
