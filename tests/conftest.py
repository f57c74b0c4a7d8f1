"""What many tests need: a migrated database of their own, on SQLite or on PostgreSQL.

Whatever asks for a database runs once on each engine; a module that is about one of them says so
with `pytestmark = ON_SQLITE` or `ON_POSTGRESQL` (from tests.engines). ALLO_TEST_ENGINE=sqlite in
the environment keeps to one, for a quick look.
"""

import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Literal

import hypothesis
import pytest

from crm_core.kernel.bus import EventBus
from crm_core.kernel.database import Database
from crm_core.kernel.schema import migrate
from tests import memory, postgresql
from tests.engines import chosen_engines, is_named
from tests.sharing import PartsTogether

if (folder := memory.room()) is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))  # what tmp_path stands in

# A busy machine is no fault of the code: nothing here is timed.
hypothesis.settings.register_profile("allo", deadline=None)
hypothesis.settings.load_profile("allo")

SCOPES: dict[str, Literal["session", "function"]] = {
    "engine_name": "function",
    "served_by": "session",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what depends on the database on every engine, and a whole server on the first."""
    for choice, engines in (("engine_name", chosen_engines()), ("served_by", chosen_engines()[:1])):
        if choice in metafunc.fixturenames and not is_named(choice, metafunc.definition):
            metafunc.parametrize(choice, engines, scope=SCOPES[choice])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> PartsTogether:
    """Deal the tests out to the workers of `-n`."""
    return PartsTogether(config, log)


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
def database_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a freshly migrated database that no other test sees."""
    if engine_name == "sqlite":
        path = tmp_path / "allo.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
        return
    cluster: str = request.getfixturevalue("migrated_cluster")
    name = f"test_{uuid.uuid4().hex}"
    yield postgresql.create_database(cluster, name, template="template")
    postgresql.drop_database(cluster, name)


@pytest.fixture
def empty_database_url(
    engine_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The URL of a database without tables."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    cluster: str = request.getfixturevalue("postgresql_cluster")
    name = f"empty_{uuid.uuid4().hex}"
    yield postgresql.create_database(cluster, name)
    postgresql.drop_database(cluster, name)


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
