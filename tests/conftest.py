"""What many tests need: a migrated database of their own."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crm_core.kernel.bus import EventBus
from crm_core.kernel.database import Database
from crm_core.kernel.schema import migrate


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables and the rows every installation begins with."""
    path = tmp_path_factory.mktemp("template") / "allo.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def database_url(migrated_file: Path, tmp_path: Path) -> str:
    """The URL of a freshly migrated database that no other test sees."""
    path = tmp_path / "allo.sqlite3"
    shutil.copyfile(migrated_file, path)
    return f"sqlite:///{path}"


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
