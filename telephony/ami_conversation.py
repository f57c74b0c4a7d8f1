"""A short talk with a PBX over a connection of its own: ask, read the answer, hang up.

For whoever wants to know something once. The link's own connection, with its tape, is not touched,
and what this one asks reaches no tracker.
"""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from crm_core.calls.pbx.settings import PbxSettings
from telephony.ami_action import AmiAction, write_action
from telephony.ami_event import FRAME_END, AmiEvent, parse_frame

PATIENCE_SECONDS = 5.0
EVENT_SECONDS = 3.0
GREETING = b"Asterisk Call Manager/"
ACTION_ID = "allo-asks"
LONGEST_LIST = 5_000


class NotReached(Exception):
    """No connection; `code` says how, the text is the system's."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Silent(Exception):
    """The other side said nothing in time, or hung up."""


@dataclass(slots=True)
class Conversation:
    """One connection, greeted and not yet logged in."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    ami_version: str
    has_heard_event: bool = False

    async def ask(self, action: AmiAction) -> AmiEvent:
        """Send one action and give the answer, passing over events."""
        self.writer.write(write_action(action, ACTION_ID))
        while True:
            told = await self.next_message()
            if "Response" in told and told.get("ActionID") == ACTION_ID:
                return told

    async def ask_list(self, action: AmiAction) -> tuple[AmiEvent, list[AmiEvent]]:
        """Send an action that is answered by a list; gives the answer and the list."""
        answer = await self.ask(action)
        items: list[AmiEvent] = []
        if answer.get("Response") != "Success":
            return answer, items
        while len(items) < LONGEST_LIST:
            told = await self.next_message()
            if told.get("ActionID") != ACTION_ID or "Event" not in told:
                continue
            if told.get("EventList", "").lower() in ("complete", "cancelled"):
                break
            items.append(told)
        return answer, items

    async def log_in(self, pbx: PbxSettings, *, events: bool) -> AmiEvent:
        """Give user name and secret; gives the PBX's answer."""
        secret = pbx.secret.get_secret_value()
        mask = "on" if events else "off"
        login = {"Action": "Login", "Username": pbx.username, "Secret": secret, "Events": mask}
        return await self.ask(login)

    async def next_message(self, patience: float = PATIENCE_SECONDS) -> AmiEvent:
        """The next answer or event."""
        try:
            async with asyncio.timeout(patience):
                frame = await self.reader.readuntil(FRAME_END)
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            raise Silent from None
        told = parse_frame(frame.removesuffix(FRAME_END))
        self.has_heard_event |= "Event" in told and "ActionID" not in told
        return told


@asynccontextmanager
async def conversation(pbx: PbxSettings) -> AsyncIterator[Conversation]:
    """Connect, and wait to be greeted as Asterisk does; raises `NotReached` or `Silent`."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection(pbx.host, pbx.port)
    except TimeoutError:
        raise NotReached("no_answer", "no answer in time") from None
    except (OSError, UnicodeError) as error:
        raise NotReached(_code_of(error), _words_of(error)) from None
    try:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                banner = await reader.readline()
        except (TimeoutError, ValueError, OSError):
            raise Silent from None
        if not banner.startswith(GREETING):
            raise Silent
        version = banner.removeprefix(GREETING).strip()[:20].decode("ascii", "replace")
        yield Conversation(reader, writer, version)
    finally:
        writer.close()


def _code_of(error: Exception) -> str:
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return "host_unknown"
    is_refused = isinstance(error, OSError) and error.errno == errno.ECONNREFUSED
    if is_refused or "refused" in str(error).lower():  # of several addresses, all
        return "connection_refused"
    return "unreachable"


def _words_of(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) else None
    return (said or type(error).__name__).lower()
