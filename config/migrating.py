"""`allo migrate`: makes the database's tables, or brings them up to this program."""

import asyncio

from config.data_directory import holder_of, prepare
from config.errors import CannotStart
from config.settings import Settings, load_settings
from crm_core.kernel.database import Database
from crm_core.kernel.errors import SchemaOutdated
from crm_core.kernel.schema import check_schema, migrate


def run() -> int:
    """Migrate unless nothing is to be done; never under a running server."""
    settings = load_settings()
    prepare(settings.data_directory)
    if asyncio.run(_is_current(settings)):
        print("the database is up to date")
        return 0
    if process := holder_of(settings.data_directory):
        raise CannotStart(f"stop the running Allo (process {process}) first, then migrate")
    migrate(settings.database)
    print("the database is ready")
    return 0


async def _is_current(settings: Settings) -> bool:
    database = Database.connect(settings.database)
    try:
        await check_schema(database)
    except SchemaOutdated:
        return False
    finally:
        await database.close()
    return True
