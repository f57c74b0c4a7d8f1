"""The board's feed: draws it for those who watch, when something has changed, and not too often."""

import asyncio
import contextlib
import logging
from collections import defaultdict

from crm_core.insight.board import Key, LiveBoard
from crm_core.insight.board_view import BoardSnapshotFrame
from crm_core.kernel.clock import utc_now
from crm_core.kernel.errors import CrmError
from web.push.hub import Outbox, PushHub

logger = logging.getLogger(__name__)

GATHERED_SECONDS = 0.25  # what changes within this is told together
IDLE_SECONDS = 15.0  # and at least so often: a watcher sees that it is heard


async def feed_board(hub: PushHub, board: LiveBoard) -> None:
    """Tell watchers of the board until cancelled. One drawing serves all who see the same."""
    while True:
        await _news(hub, board)
        board.floor.remember(utc_now())  # since when: also while nobody looks
        try:
            await _tell(hub, board)
        except CrmError as error:
            logger.warning("the board could not be drawn: %s", error)
        except Exception:
            logger.exception("the board could not be drawn")
        await asyncio.sleep(GATHERED_SECONDS)


async def _news(hub: PushHub, board: LiveBoard) -> None:
    """Wait until the floor has changed, or somebody new watches."""
    waits = [
        asyncio.ensure_future(event.wait()) for event in (board.floor.changed, hub.has_new_watchers)
    ]
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS):
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    board.floor.changed.clear()
    hub.has_new_watchers.clear()


async def _tell(hub: PushHub, board: LiveBoard) -> None:
    watchers = hub.board_watchers()
    if not watchers:
        return
    groups: dict[Key, list[Outbox]] = defaultdict(list)
    seers = {}
    for person in await board.people(watchers):
        key = board.key_of(person)
        if key is not None:
            groups[key] += watchers[person.user_id]
            seers[key] = person
    for key, tabs in groups.items():
        hub.tell_tabs(tabs, BoardSnapshotFrame(board=await board.draw(seers[key])))
