"""What the doors need now and then: last uses are written down, ended sessions cleared away."""

import asyncio
import logging
from contextlib import suppress

from crm_core.access.sessions import Sessions
from crm_core.access.tokens import Tokens
from crm_core.kernel.errors import CrmError

logger = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
PARTING_SECONDS = 2.0


async def keep_up(sessions: Sessions, tokens: Tokens) -> None:
    """Write down once a minute, and a last time when cancelled."""
    try:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await _write_down(sessions, tokens)
    finally:
        with suppress(TimeoutError):  # a stop waits for no database
            async with asyncio.timeout(PARTING_SECONDS):
                await _write_down(sessions, tokens)


async def _write_down(sessions: Sessions, tokens: Tokens) -> None:
    try:
        await sessions.write_down()
        await tokens.write_down()
    except CrmError as error:  # nothing is forgotten, the next try writes
        logger.warning("the last uses of sessions could not be written: %s", error)
    except Exception:
        logger.exception("the last uses of sessions could not be written")
