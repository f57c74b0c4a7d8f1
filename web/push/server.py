"""Push gateway: the WebSocket server between the hub's outboxes and the browsers' tabs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from uuid import UUID

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from crm_core.kernel.errors import CrmError
from web.addresses import Addresses
from web.connection_limit import ConnectionLimit
from web.push.connection import TabConnection
from web.push.door import Refused, admit
from web.push.hub import GONE, NOT_UNDERSTOOD, Goodbye, Outbox, PushHub, TooManyTabs
from web.push.listening import Listener, OnPainted
from web.visitors import Visitors
from web.wire_logs import push_logger

logger = logging.getLogger(__name__)

INCOMING_BYTES = 4 * 1024
PING_SECONDS = 20.0
HANDSHAKE_SECONDS = 5.0
PARTING_SECONDS = 0.5
CHECKED_AT_ONCE = 100  # a ring does not wait while thousands of sessions are looked at
CHECK_SECONDS = 0.4  # a session that ended elsewhere is noticed within a second


OnArrival = Callable[[UUID], Awaitable[None]]
"""Makes ready for a user, who may be so new that nobody has heard of their phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushDoor:
    """Who may come in, and who must leave."""

    addresses: Addresses
    visitors: Visitors
    on_arrival: OnArrival | None = None
    limit: ConnectionLimit = field(default_factory=ConnectionLimit)


@asynccontextmanager
async def push_server(
    hub: PushHub, door: PushDoor, on_painted: OnPainted, *, host: str, port: int
) -> AsyncIterator[int]:
    """Serve `hub` until the block exits; gives the port that was bound."""

    async def refuse_strangers(connection: ServerConnection, request: Request) -> Response | None:
        assert isinstance(connection, TabConnection)  # noqa: S101 - `create_connection` says so
        if not connection.has_room(request.headers.get_all("X-Forwarded-For")):
            return connection.respond(HTTPStatus.TOO_MANY_REQUESTS, "too many connections\n")
        try:
            visitor = await admit(request, door.addresses, door.visitors)
            if door.on_arrival:
                await door.on_arrival(visitor.person.user_id)
            connection.visitor = visitor
        except Refused as refusal:
            return connection.respond(refusal.status, f"{refusal}\n")
        except CrmError as error:
            logger.warning("a browser could not be checked at the push door: %s", error)
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "try again\n")
        except Exception:
            logger.exception("a browser could not be checked at the push door")
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "try again\n")
        return None

    async def serve_tab(connection: ServerConnection) -> None:
        assert isinstance(connection, TabConnection)  # noqa: S101
        visitor = connection.visitor
        try:
            with hub.connect(visitor.person.user_id, visitor.key) as outbox:
                goodbye = await _serve_outbox(connection, outbox, Listener(hub, outbox, on_painted))
        except TooManyTabs as error:
            goodbye = Goodbye(1013, str(error))
        await _part(connection, goodbye)

    async with (
        serve(
            serve_tab,
            host,
            port,
            process_request=refuse_strangers,
            create_connection=partial(  # type: ignore[arg-type]  # it is called, and no more
                TabConnection, limit=door.limit, addresses=door.addresses, figures=hub.figures
            ),
            compression=None,  # costs 50 to 100 KiB a tab and saves nothing on short frames
            max_size=INCOMING_BYTES,
            open_timeout=HANDSHAKE_SECONDS,
            ping_interval=PING_SECONDS,
            ping_timeout=PING_SECONDS,
            close_timeout=PARTING_SECONDS,
            server_header=None,
            logger=push_logger,
        ) as server,
        asyncio.TaskGroup() as workers,
    ):
        watch = workers.create_task(_watch_sessions(hub, door.visitors), name="push sessions")
        try:
            yield next(iter(server.sockets)).getsockname()[1]
        finally:
            watch.cancel()
            hub.part_from_all()  # so that a tab that does not read cannot hold up the stop


async def _serve_outbox(
    connection: ServerConnection, outbox: Outbox, listener: Listener
) -> Goodbye:
    """Write and listen until the tab goes, or until it is told to."""

    def write_now(frame: bytes) -> bool:
        if connection.transport.get_write_buffer_size():
            return False  # the browser does not keep up: let frames wait where they are counted
        broadcast([connection], frame, text=True)
        return True

    async with asyncio.TaskGroup() as workers:
        running = [
            workers.create_task(_listen(connection, listener, outbox)),
            workers.create_task(_write(connection, outbox)),
        ]
        outbox.sink = write_now
        try:
            return await outbox.goodbye
        finally:
            outbox.sink = None
            for worker in running:
                worker.cancel()


async def _write(connection: ServerConnection, outbox: Outbox) -> None:
    with suppress(ConnectionClosed):
        while True:
            await connection.send(await outbox.next(), text=True)


async def _listen(connection: ServerConnection, listener: Listener, outbox: Outbox) -> None:
    """Hear the tab out: the outbox alone would never notice that it was closed."""
    try:
        async for message in connection:
            if not listener.hear(message):
                outbox.part(NOT_UNDERSTOOD)
    except ConnectionClosed:
        pass  # torn off instead of closed: the same to us
    finally:
        outbox.part(GONE)


async def _part(connection: ServerConnection, goodbye: Goodbye) -> None:
    """Close politely, but wait for nobody: a tab that reads nothing never answers a goodbye."""
    try:
        async with asyncio.timeout(PARTING_SECONDS):
            await connection.close(goodbye.code, goodbye.reason)
    except TimeoutError:
        connection.transport.abort()


async def _watch_sessions(hub: PushHub, visitors: Visitors) -> None:
    """Part from tabs whose session ended anywhere: expiry, a new role, another process."""
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        keys = sorted(hub.session_keys())
        try:
            for begin in range(0, len(keys), CHECKED_AT_ONCE):
                some = set(keys[begin : begin + CHECKED_AT_ONCE])
                for key in await visitors.find_ended(some):
                    hub.end_session(key)
        except CrmError as error:  # the database is away: nobody new gets in, the screens stay
            logger.warning("the sessions of open tabs could not be checked: %s", error)
        except Exception:
            logger.exception("the sessions of open tabs could not be checked")
