"""The lines' feed: tells each screen what its own user's line does, as soon as that is another.

It is also what looks at the floor while nobody watches the board: since when somebody is ready or
paused is noted here.
"""

import asyncio
import contextlib
import logging
from uuid import UUID

from crm_core.insight.agent_line import AgentLineFrame, KnownLine, known_lines, view_of
from crm_core.insight.floor import Floor
from crm_core.kernel.clock import utc_now
from web.push.hub import PushHub

logger = logging.getLogger(__name__)

GATHERED_SECONDS = 0.25  # what changes within this is told together
IDLE_SECONDS = 15.0
NO_PHONE = KnownLine((), None)


async def feed_lines(hub: PushHub, floor: Floor) -> None:
    """Tell screens of their own lines until cancelled. A tab's snapshot has the line already."""
    seen: dict[UUID, KnownLine] = {}
    with floor.watch() as stirred:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):
                    await stirred.wait()
            stirred.clear()
            try:
                known = known_lines(floor, utc_now())
                _tell(hub, known, seen)
                seen = known
            except Exception:
                logger.exception("the agents could not be told of their lines")
            await asyncio.sleep(GATHERED_SECONDS)


def _tell(hub: PushHub, known: dict[UUID, KnownLine], seen: dict[UUID, KnownLine]) -> None:
    now = utc_now()
    for user_id in hub.user_ids():
        line = known.get(user_id, NO_PHONE)
        before = hub.told_lines.get(user_id)
        if before is not None and seen.get(user_id, NO_PHONE) == line:
            continue
        view = view_of(user_id, line, now)
        if before is None or before.model_copy(update={"at": now}) != view:
            hub.told_lines[user_id] = view
            hub.show(user_id, AgentLineFrame(line=view))
