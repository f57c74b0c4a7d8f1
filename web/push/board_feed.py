"""The board's feed: draws it for those who watch, when something has changed, and not too often.

Whoever begins to watch is told the whole, and then what changes.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Sequence

from crm_core.insight.board import Key, LiveBoard
from crm_core.insight.board_delta import changes_between
from crm_core.insight.board_view import BoardSnapshotFrame, BoardView
from crm_core.kernel.errors import CrmError
from web.push.hub import Outbox, PushHub

logger = logging.getLogger(__name__)

GATHERED_SECONDS = 0.25  # what changes within this is told together
IDLE_SECONDS = 15.0  # and at least so often: a watcher sees that it is heard


async def feed_board(hub: PushHub, board: LiveBoard) -> None:
    """Tell watchers of the board until cancelled. One drawing serves all who see the same."""
    feed = _Feed(hub, board)
    with board.floor.watch() as stirred:
        while True:
            await _news(stirred, hub.has_new_watchers)
            try:
                await feed.tell()
            except CrmError as error:
                logger.warning("the board could not be drawn: %s", error)
            except Exception:
                logger.exception("the board could not be drawn")
            await asyncio.sleep(GATHERED_SECONDS)


async def _news(*events: asyncio.Event) -> None:
    """Wait until the floor has changed, or somebody new watches."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS):
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    for event in events:
        event.clear()


class _Feed:
    """Remembers what was told: who has the board of a key is told what has changed on it."""

    def __init__(self, hub: PushHub, board: LiveBoard) -> None:
        self._hub = hub
        self._board = board
        self._told: dict[Key, BoardView] = {}

    async def tell(self) -> None:
        """Draw the board for each reach that somebody watches with, and tell them."""
        watchers = self._hub.board_watchers()
        groups: dict[Key, list[Outbox]] = defaultdict(list)
        seers = {}
        for person in await self._board.people(watchers) if watchers else ():
            key = self._board.key_of(person)
            if key is not None:
                groups[key] += watchers[person.user_id]
                seers[key] = person
        self._told = {key: view for key, view in self._told.items() if key in groups}
        for key, tabs in groups.items():
            self._tell_group(key, tabs, await self._board.draw(seers[key]))

    def _tell_group(self, key: Key, tabs: Sequence[Outbox], view: BoardView) -> None:
        before = self._told.get(key)
        changes = changes_between(before, view) if before else None
        self._told[key] = view
        # A tab that has just come, has missed something or sees more or less than before.
        fresh = [tab for tab in tabs if changes is None or tab.board_key != key]
        if fresh:
            self._hub.tell_tabs(fresh, BoardSnapshotFrame(board=view))
        if changes is not None:
            self._hub.tell_tabs([tab for tab in tabs if tab.board_key == key], changes)
        for tab in tabs:
            tab.board_key = key
