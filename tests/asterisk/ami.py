"""A second pair of eyes on the PBX: the tests' own small AMI client, which keeps every byte."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.asterisk.pbx import SECRET
from tests.patience import PATIENCE_SECONDS

Message = dict[str, str]


class Ami:
    """A logged-in connection: `reads` are (loop time, bytes), `messages` is what they say."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._unread = b""
        self._heard = asyncio.Condition()
        self._action_ids = 0
        self.reads: list[tuple[float, bytes]] = []
        self.messages: list[Message] = []

    def events(self, name: str) -> list[Message]:
        return [message for message in self.messages if message.get("Event") == name]

    async def until(
        self, wanted: Callable[[Message], bool], *, seconds: float = PATIENCE_SECONDS
    ) -> Message:
        """Wait for a message; one that has come already counts."""
        found: Message | None = None

        def is_here() -> bool:
            nonlocal found
            found = next((message for message in self.messages if wanted(message)), None)
            return found is not None

        async with asyncio.timeout(seconds), self._heard:
            await self._heard.wait_for(is_here)
        assert found is not None
        return found

    async def action(self, action: str, **fields: str) -> Message:
        """Send an action and give its response."""
        self._action_ids += 1
        action_id = f"test-{self._action_ids}"
        lines = [f"Action: {action}", f"ActionID: {action_id}"]
        lines += [f"{key}: {value}" for key, value in fields.items()]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        return await self.until(lambda m: "Response" in m and m.get("ActionID") == action_id)

    async def listen(self) -> None:
        """Read until the connection closes."""
        loop = asyncio.get_running_loop()
        while chunk := await self._reader.read(65536):
            self.reads.append((loop.time(), chunk))
            *blocks, self._unread = (self._unread + chunk).split(b"\r\n\r\n")
            async with self._heard:
                self.messages += [parse(block) for block in blocks]
                self._heard.notify_all()


def parse(block: bytes) -> Message:
    lines = block.decode("utf-8", "replace").strip("\r\n").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return {key: value.strip() for key, _, value in pairs}


@asynccontextmanager
async def ami(port: int, user: str = "all") -> AsyncIterator[Ami]:
    """Log in as one of the users of manager.conf."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    await reader.readline()  # the banner
    link = Ami(reader, writer)
    listening = asyncio.create_task(link.listen())
    try:
        response = await link.action("Login", Username=user, Secret=SECRET)
        assert response["Response"] == "Success", response
        yield link
    finally:
        listening.cancel()
        writer.close()
