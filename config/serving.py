"""Commands that run for long or make ready for it: `allo serve` and `allo migrate`."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from config.app import Allo
from config.data_directory import holder_of, locked, prepare
from config.errors import CannotStart
from config.logging import configure_logging
from config.settings import Settings, load_settings
from crm_core.kernel.errors import SchemaOutdated
from crm_core.kernel.schema import check_schema, migrate


def run() -> int:
    """`allo serve`"""
    settings = load_settings()
    configure_logging(settings.log_level)
    with locked(settings.data_directory):
        run_loop(lambda stop: _serve(settings, stop))
    return 0


async def _serve(settings: Settings, stop: asyncio.Event) -> None:
    async with Allo(settings).serve() as address:
        print(f"Allo is ready at {address.web}, push at {address.push}", flush=True)
        await stop.wait()
    print("Allo has stopped", file=sys.stderr, flush=True)


def migrate_database() -> int:
    """`allo migrate`"""
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
    from crm_core.kernel.database import Database

    database = Database.connect(settings.database)
    try:
        await check_schema(database)
    except SchemaOutdated:
        return False
    finally:
        await database.close()
    return True


def run_loop(work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run `work` until it ends by itself or a signal sets its event; uvloop if it is installed."""

    async def whole() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        await work(stop)

    try:
        import uvloop

        factory: Callable[[], asyncio.AbstractEventLoop] | None = uvloop.new_event_loop
    except ImportError:
        factory = None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(whole())
