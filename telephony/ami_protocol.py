"""The AMI protocol on one connection: bytes in, whole messages out, actions answered or failed.

panoramisk's own protocol decodes each read alone, lets one failing callback end the link, and keeps
unanswered actions to send them again on the next connection, where an Originate would ring a phone
long after the click. Here an action lives and dies with its connection.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol

from telephony.ami_action import AmiAction, write_action
from telephony.ami_event import AmiEvent, parse_frame
from telephony.ami_frames import FrameCutter
from telephony.counters import LinkCounters
from telephony.errors import ActionUnanswered, LinkLost, LoginRefused, PbxUnreachable, in_words

logger = logging.getLogger(__name__)

TakeEvents = Callable[[list[bytes]], None]

BANNER = b"Asterisk Call Manager/"
BANNER_LIMIT = 256
UNSENT_LIMIT = 1 << 16  # bytes a PBX that reads nothing may owe us before actions are refused

_ACTION_ID = b"\r\nActionID: "


@dataclass(frozen=True, slots=True)
class AmiReply:
    """What the PBX answered to one action, and the list that it announced, if it did."""

    response: AmiEvent
    items: tuple[AmiEvent, ...] = ()

    @property
    def is_success(self) -> bool:
        return self.response.get("Response") in ("Success", "Goodbye")

    @property
    def message(self) -> str:
        return self.response.get("Message", "")


@dataclass(slots=True)
class _Pending:
    future: asyncio.Future[AmiReply]
    response: AmiEvent | None = None
    items: list[AmiEvent] = field(default_factory=list)


class AmiProtocol(AMIProtocol):  # type: ignore[misc]  # panoramisk ships no types
    """One connection. `take_events` is called in order, once for each read, with whole messages."""

    def __init__(
        self, counters: LinkCounters, take_events: TakeEvents, on_login: Callable[[], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        self.banner: asyncio.Future[str] = loop.create_future()
        self.lost: asyncio.Future[str] = loop.create_future()
        self.last_heard = loop.time()
        self.is_logged_in = False
        self._now = loop.time
        self._counters = counters
        self._take_events = take_events
        self._on_login = on_login
        self._cutter = FrameCutter(counters)
        self._first_bytes = b""
        self._pending: dict[str, _Pending] = {}
        self._login_id: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._counters.connections += 1
        self.last_heard = self._now()

    def data_received(self, chunk: bytes) -> None:
        """Never raises: one bad message must not cost the link."""
        self.last_heard = self._now()
        self._counters.reads += 1
        self._counters.bytes_read += len(chunk)
        try:
            if not self.banner.done():
                chunk = self._read_banner(chunk)
            self._read(chunk)
        except Exception:
            self._counters.events_failed += 1
            logger.exception("a read of %d bytes could not be handled", len(chunk))

    def _read(self, chunk: bytes) -> None:
        events, answers = self._cutter.cut(chunk)
        if not self.is_logged_in:  # the answer to the login stands before the first events
            self._take_answers(answers)
            answers = []
            if not self.is_logged_in:
                return  # nobody says anything before the login but a stranger
        if events:
            self._take_events(events)
        self._take_answers(answers)
        if events and self._pending:
            self._take_list_items(events)

    def _read_banner(self, chunk: bytes) -> bytes:
        self._first_bytes += chunk
        line, end, rest = self._first_bytes.partition(b"\r\n")
        if not end and len(line) <= BANNER_LIMIT and BANNER.startswith(line[: len(BANNER)]):
            return b""
        self._first_bytes = b""
        if end and line.startswith(BANNER):
            self.version = line.removeprefix(BANNER).decode(errors="replace")
            self.banner.set_result(self.version)
            return rest
        self._lose("what answers there is not an Asterisk manager")
        return b""

    async def call(self, action: AmiAction, *, timeout: float) -> AmiReply:  # noqa: ASYNC109
        """Send one action, at most once, and wait for its whole answer.

        Raises `PbxUnreachable` when nothing was sent, `ActionUnanswered` when it was and the answer
        did not come in time or the connection ended first.
        """
        if not self.is_logged_in:
            raise PbxUnreachable("there is no link to the PBX")
        action_id, future = self._send(action)
        try:
            async with asyncio.timeout(timeout):
                return await future
        except (TimeoutError, LinkLost) as error:
            self._counters.actions_unanswered += 1
            name = action.get("Action", "")
            raise ActionUnanswered(f"the PBX did not answer {name}: {error}") from None
        finally:
            self._pending.pop(action_id, None)

    async def log_in(self, username: str, secret: str) -> None:
        """Raise `LoginRefused` with the PBX's words, or `LinkLost`."""
        action = {"Action": "Login", "Username": username, "Secret": secret, "Events": "on"}
        self._login_id, future = self._send(action)
        reply = await future
        if not reply.is_success:
            raise LoginRefused(reply.message or "login refused")

    def ping(self) -> None:
        """Ask for a sign of life; any byte that comes is one, so nobody waits for this answer."""
        if self._unsent() <= UNSENT_LIMIT:
            self.transport.write(write_action({"Action": "Ping"}, Action({"Action": "Ping"}).id))

    def _send(self, action: AmiAction) -> tuple[str, asyncio.Future[AmiReply]]:
        if self.lost.done() or self._unsent() > UNSENT_LIMIT:
            raise PbxUnreachable("the PBX does not read what is sent to it")
        request: Any = Action({"Action": "?"})  # gives an id that was never used before
        raw = write_action(action, request.id)
        future: asyncio.Future[AmiReply] = request.future
        self._pending[request.id] = _Pending(future)
        self.transport.write(raw)
        return request.id, future

    def _unsent(self) -> int:
        size: int = self.transport.get_write_buffer_size()
        return size

    def _take_answers(self, answers: list[bytes]) -> None:
        for frame in answers:
            response = parse_frame(frame)
            pending = self._pending.get(response.get("ActionID", ""))
            if pending is None:
                continue  # to a ping, or to a call that nobody waits for any more
            if response["ActionID"] == self._login_id and not self.is_logged_in:
                self.is_logged_in = response.get("Response") == "Success"
                if self.is_logged_in:
                    self._on_login()
            pending.response = response
            if response.get("EventList", "").lower() != "start":
                self._resolve(pending)

    def _take_list_items(self, events: list[bytes]) -> None:
        for frame in events:
            if _ACTION_ID not in frame:
                continue
            item = parse_frame(frame)
            pending = self._pending.get(item.get("ActionID", ""))
            if pending is None:
                continue
            if item.get("EventList", "").lower() in ("complete", "cancelled"):
                self._resolve(pending)
            else:
                pending.items.append(item)

    def _resolve(self, pending: _Pending) -> None:
        if not pending.future.done():
            reply = AmiReply(pending.response or {}, tuple(pending.items))
            pending.future.set_result(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        if isinstance(exc, OSError):
            self._lose(f"the connection to the PBX broke: {in_words(exc)}")
        else:
            self._lose("the PBX closed the connection")

    def close(self) -> None:
        """Cut the connection now; what is unanswered fails, and is never sent again."""
        self._lose("the link was closed")

    def _lose(self, reason: str) -> None:
        self.closed = True
        self.is_logged_in = False
        if not self.lost.done():
            self.lost.set_result(reason)
        waiting: list[asyncio.Future[Any]] = [self.banner]
        waiting += [pending.future for pending in self._pending.values()]
        for future in waiting:
            if not future.done():
                future.set_exception(LinkLost(reason))
                future.exception()  # looked at: perhaps nobody waits for it any more
        self._pending.clear()
        self.transport.abort()
