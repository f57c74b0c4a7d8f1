"""Running the parts of a server: workers with an owner, stops with a limit, ports with a reason."""

import asyncio
import errno
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from config.errors import CannotStart

logger = logging.getLogger(__name__)


@asynccontextmanager
async def worker(
    workers: asyncio.TaskGroup, name: str, work: Coroutine[Any, Any, None]
) -> AsyncIterator[asyncio.Task[None]]:
    """Run `work` beside the block and end it with the block; if it fails, everything stops."""
    task = workers.create_task(work, name=name)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def within(seconds: float, work: Coroutine[Any, Any, None]) -> None:
    """Give `work` some time at the end; a database that is away does not hold up the stop."""
    try:
        async with asyncio.timeout(seconds):
            await work
    except TimeoutError:
        logger.warning("stopped before everything was written; the tape has it")


@contextmanager
def explained(host: str, port: int, key: str) -> Iterator[None]:
    """Say in one line why a port cannot be had, and what to do."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"port {port} of {host} is in use by another program: {key} chooses another"
            ) from None
        why = error.strerror or str(error)
        other = key.replace("PORT", "HOST")
        raise CannotStart(
            f"port {port} of {host} cannot be used: {why}: see {key} and {other}"
        ) from None


def shown(host: str) -> str:
    """The host as it stands in an address."""
    return f"[{host}]" if ":" in host else host
