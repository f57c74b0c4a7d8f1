"""A PBX that speaks AMI on a real socket, and behaves as badly as it is told to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from crm_core.calls.pbx.settings import PbxSettings
from telephony.ami_event import AmiEvent, parse_frame
from tests.patience import PATIENCE_SECONDS

SECRET = "correct horse"
BANNER = b"Asterisk Call Manager/11.0.0\r\n"

Answer = Callable[["FakePbx", "Session", AmiEvent], Awaitable[None]]


def frame(**values: str) -> bytes:
    """One AMI message as bytes."""
    return "".join(f"{key}: {value}\r\n" for key, value in values.items()).encode() + b"\r\n"


@dataclass(eq=False)
class Session:
    """One connection of a client."""

    writer: asyncio.StreamWriter
    is_logged_in: bool = False

    def write(self, raw: bytes) -> None:
        if not self.writer.is_closing():
            self.writer.write(raw)

    def reply(self, action: AmiEvent, **values: str) -> None:
        self.write(frame(Response="Success", ActionID=action.get("ActionID", ""), **values))

    def refuse(self, action: AmiEvent, message: str) -> None:
        self.write(frame(Response="Error", ActionID=action["ActionID"], Message=message))


@dataclass(eq=False)
class FakePbx:
    """Its manners can be changed while it runs."""

    banner: bytes = BANNER
    uptime: int | None = 1_000
    channels: list[Mapping[str, str]] = field(default_factory=list)
    denied: set[str] = field(default_factory=set)  # actions this user has no right to
    answers: dict[str, Answer] = field(default_factory=dict)  # instead of the usual answer
    is_silent: bool = False  # reads, and says nothing at all
    actions: list[AmiEvent] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _server: asyncio.Server | None = None
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def settings(self, **values: object) -> PbxSettings:
        chosen = {"port": self.port, "secret": SECRET, "name": "main", **values}
        return PbxSettings.model_validate(chosen)

    async def start(self) -> None:
        """Listen; on the same port again after `stop`."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End every connection and listen no more."""
        if self._server:
            self._server.close()
            self.hang_up()
            await self._server.wait_closed()
            self._server = None

    def hang_up(self) -> None:
        """Cut every connection."""
        for session in self.sessions:
            session.writer.transport.abort()
        self.sessions.clear()

    async def say(self, *chunks: bytes) -> None:
        """Send to everyone who has logged in; each chunk is a write of its own."""
        for chunk in chunks:
            for session in self.sessions:
                if session.is_logged_in:
                    session.write(chunk)
                    with contextlib.suppress(ConnectionError):
                        await session.writer.drain()
            await asyncio.sleep(0)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something holds that a client's action or connection can bring about."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._changed:
            await self._changed.wait_for(is_so)

    async def login(self, *, times: int = 1) -> None:
        await self.until(lambda: len(self.asked("Login")) >= times)

    def asked(self, name: str) -> list[AmiEvent]:
        return [action for action in self.actions if action.get("Action") == name]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(writer)
        self.sessions.append(session)
        self.connections += 1
        await self._tell()
        session.write(self.banner)
        try:
            while True:
                action = parse_frame((await reader.readuntil(b"\r\n\r\n"))[:-4])
                self.actions.append(action)
                if not self.is_silent:
                    await self._answer(session, action)
                await self._tell()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass
        finally:
            if session in self.sessions:
                self.sessions.remove(session)
            writer.close()
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _answer(self, session: Session, action: AmiEvent) -> None:
        name = action.get("Action", "")
        if name in self.answers:
            await self.answers[name](self, session, action)
        elif name in self.denied:
            session.refuse(action, "Permission denied")
        elif name == "Login":
            self._log_in(session, action)
        elif name == "CoreShowChannels":
            self.list_channels(session, action)
        elif name == "Status":
            self.list_channels(session, action, line="Status", end="StatusComplete")
        elif name == "QueueStatus":
            session.reply(action, EventList="start", Message="Queue status will follow")
            session.write(
                frame(
                    Event="QueueStatusComplete",
                    ActionID=action["ActionID"],
                    EventList="Complete",
                    ListItems="0",
                )
            )
        elif name == "Ping":
            session.reply(action, Ping="Pong")
        else:
            session.reply(action)

    def _log_in(self, session: Session, action: AmiEvent) -> None:
        if action.get("Secret") != SECRET:
            session.refuse(action, "Authentication failed")
            session.writer.close()
            return
        session.is_logged_in = True
        session.reply(action, Message="Authentication accepted")
        if self.uptime is not None:
            session.write(self.fully_booted())

    def fully_booted(self) -> bytes:
        return frame(
            Event="FullyBooted",
            Privilege="system,all",
            Uptime=str(self.uptime),
            Status="Fully Booted",
        )

    def list_channels(
        self,
        session: Session,
        action: AmiEvent,
        *,
        line: str = "CoreShowChannel",
        end: str = "CoreShowChannelsComplete",
    ) -> None:
        session.reply(action, EventList="start", Message="Channels will follow")
        for channel in self.channels:
            session.write(frame(Event=line, ActionID=action["ActionID"], **channel))
        session.write(
            frame(
                Event=end,
                ActionID=action["ActionID"],
                EventList="Complete",
                ListItems=str(len(self.channels)),
            )
        )


@contextlib.asynccontextmanager
async def fake_pbx() -> AsyncIterator[FakePbx]:
    """A PBX on a port of its own."""
    pbx = FakePbx()
    await pbx.start()
    try:
        yield pbx
    finally:
        await pbx.stop()
