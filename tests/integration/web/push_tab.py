"""A browser's tab as push sees it, for tests: a real WebSocket that checks the numbers."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from tests.integration.web.contract import check_push_message
from tests.integration.web.office import Browser, Office

Json = dict[str, Any]


class Tab:
    """Reads frames in order, and fails when a number is missing."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.seq: int | None = None

    async def frame(self) -> Json:
        """The next frame, whose number follows the one before."""
        frame: Json = json.loads(await self.connection.recv())
        if self.seq is not None:
            assert frame["seq"] == self.seq + 1
        check_push_message(frame)
        self.seq = frame["seq"]
        return frame

    async def say(self, message: Any) -> None:
        await self.connection.send(message if isinstance(message, str) else json.dumps(message))

    async def read_to_the_end(self) -> list[Json]:
        """Every frame until the server closes."""
        frames = []
        try:
            while True:
                frames.append(await self.frame())
        except ConnectionClosed:
            return frames

    async def close_code(self) -> int | None:
        """Read on until the server closes, and tell how it did."""
        await self.read_to_the_end()
        return self.connection.close_code


@asynccontextmanager
async def open_tab(office: Office, browser: Browser, **more: Any) -> AsyncIterator[Tab]:
    """A tab of a browser that is logged in."""
    headers = {"Cookie": f"allo_session={browser.session_cookie}"}
    origin = Origin(office.origin)
    async with connect(
        office.push_url, origin=origin, additional_headers=headers, **more
    ) as connection:
        yield Tab(connection)


@asynccontextmanager
async def open_program(office: Office, token: str, **more: Any) -> AsyncIterator[Tab]:
    """A program with a token: it has no page, so no Origin."""
    headers = {"Authorization": f"Bearer {token}"}
    async with connect(office.push_url, additional_headers=headers, **more) as connection:
        yield Tab(connection)
