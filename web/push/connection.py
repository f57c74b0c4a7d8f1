"""One browser's connection, counted for its address from its first byte to its last."""

import asyncio
from typing import Any

from websockets.asyncio.server import ServerConnection

from web.addresses import Addresses
from web.connection_limit import ConnectionLimit, peer_of, refuse
from web.push.hub import Figures
from web.visitors import Visitor


class TabConnection(ServerConnection):
    """A WebSocket, or what may become one. `visitor` is there once the door has let it in."""

    visitor: Visitor

    def __init__(
        self,
        *arguments: Any,
        limit: ConnectionLimit,
        addresses: Addresses,
        figures: Figures,
        **more: Any,
    ) -> None:
        super().__init__(*arguments, **more)
        self._limit = limit
        self._addresses = addresses
        self._figures = figures
        self._counted: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the neighbour at once: a stranger may hold a connection and never ask."""
        super().connection_made(transport)
        peer = peer_of(transport)
        if not self._addresses.trusts(peer) and not self._count(peer):
            refuse(transport)

    def has_room(self, forwarded: list[str]) -> bool:
        """Count whom a trusted proxy speaks for; False when that address holds too many."""
        if self._counted is not None:
            return True
        return self._count(self._addresses.farthest(peer_of(self.transport), forwarded))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._counted is not None:
            self._limit.give_back(self._counted)
            self._counted = None
        super().connection_lost(exc)

    def _count(self, address: str) -> bool:
        if not self._limit.take(address):
            self._figures.connections_refused += 1
            return False
        self._counted = address
        return True
