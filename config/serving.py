"""`allo serve`, and the loop in which everything that runs for long runs."""

import asyncio
import logging
import resource
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from config.app import Allo
from config.data_directory import locked
from config.logging import configure_logging
from config.settings import Settings, load_settings

logger = logging.getLogger(__name__)


def run() -> int:
    """`allo serve`"""
    settings = load_settings()
    configure_logging(settings.log_level)
    with locked(settings.data_directory):
        run_loop(lambda stop: _serve(settings, stop))
    return 0


async def _serve(settings: Settings, stop: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        async with given_up_at(stop):
            address = await stack.enter_async_context(Allo(settings).serve())
        print(f"Allo is ready at {address.web}, push at {address.push}", flush=True)
        if address.setup:
            logger.warning("nobody can log in yet: the set-up address follows, for one use")
            print(f"Set Allo up at {address.setup}", file=sys.stderr, flush=True)
        await stop.wait()
    print("Allo has stopped", file=sys.stderr, flush=True)


@asynccontextmanager
async def given_up_at(stop: asyncio.Event) -> AsyncIterator[None]:
    """Begin something that may take long, such as a database's answer; leave it at the signal."""
    beginning = asyncio.current_task()

    async def give_up() -> None:
        await stop.wait()
        if beginning:
            beginning.cancel()

    watching = asyncio.create_task(give_up(), name="start")
    try:
        yield
    finally:
        watching.cancel()


def _allow_open_files() -> None:
    """Take all the descriptors that we may have: many systems give 1,024 until one asks.

    A screen needs two, and whoever can reach a port can hold some hundreds.
    """
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # a kernel that knows a lower bound than the one it tells
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def run_loop(work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run `work` until it ends by itself or a signal sets its event; uvloop if it is installed."""

    async def whole() -> None:
        stop = asyncio.Event()
        working = asyncio.current_task()

        def on_signal() -> None:
            if stop.is_set() and working:
                working.cancel()  # asked twice: do not wait for anybody any more
            stop.set()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, on_signal)
        with suppress(asyncio.CancelledError):
            await work(stop)

    try:
        import uvloop

        factory: Callable[[], asyncio.AbstractEventLoop] | None = uvloop.new_event_loop
    except ImportError:
        factory = None
    _allow_open_files()
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(whole())
