"""How many connections one address may hold: an office behind one router, not a whole flood.

What comes through a trusted proxy is counted by the address that the proxy names.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from crm_core.access.login_limit import network_of
from crm_core.kernel.errors import TooManyAttempts
from web.addresses import Addresses

PER_ADDRESS = 1_000
RETRY_SECONDS = 5

_REFUSAL = (
    f"HTTP/1.1 429 Too Many Requests\r\nRetry-After: {RETRY_SECONDS}\r\n"
    "Content-Length: 0\r\nConnection: close\r\n\r\n"
).encode()


class TooManyConnections(TooManyAttempts):
    """Somebody's address holds as many connections as one may."""

    code = "too_many_connections"


class ConnectionLimit:
    """Counts what each address holds; for IPv6, what each subscriber's network holds."""

    def __init__(self, most: int = PER_ADDRESS) -> None:
        self.refused = 0
        self._most = most
        self._held: Counter[str] = Counter()

    def take(self, address: str) -> bool:
        """Hold one more, or say that this is too many."""
        network = network_of(address)
        if self._held[network] >= self._most:
            self.refused += 1
            return False
        self._held[network] += 1
        return True

    def give_back(self, address: str) -> None:
        """One that was taken has ended."""
        network = network_of(address)
        self._held[network] -= 1
        if self._held[network] <= 0:
            del self._held[network]

    @contextmanager
    def held(self, address: str) -> Iterator[None]:
        """Hold one while the block runs; raises `TooManyConnections`."""
        if not self.take(address):
            raise TooManyConnections(
                "Too many connections from one address.", retry_after_seconds=RETRY_SECONDS
            )
        try:
            yield
        finally:
            self.give_back(address)


def peer_of(transport: asyncio.BaseTransport) -> str:
    """The neighbour at the other end of a connection."""
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if isinstance(peer, tuple) else ""


def refuse(transport: asyncio.BaseTransport) -> None:
    """Say it in HTTP, which is all that both ports are asked in, and hang up."""
    if isinstance(transport, asyncio.WriteTransport):
        transport.write(_REFUSAL)
    transport.close()


def count_connections(server: web.Server, limit: ConnectionLimit, addresses: Addresses) -> None:
    """Let the web server count its neighbours, also those who never finish asking.

    aiohttp tells its server of each connection; there is no other place that hears of them all.
    """
    counted: dict[web.RequestHandler, str] = {}
    made, lost = server.connection_made, server.connection_lost

    def connection_made(handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        made(handler, transport)
        address = peer_of(transport)
        if addresses.trusts(address):
            return
        if limit.take(address):
            counted[handler] = address
        else:
            refuse(transport)

    def connection_lost(handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        if (address := counted.pop(handler, None)) is not None:
            limit.give_back(address)
        lost(handler, exc)

    server.connection_made = connection_made  # type: ignore[method-assign]
    server.connection_lost = connection_lost  # type: ignore[method-assign]
