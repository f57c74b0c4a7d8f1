"""Who may ask: this machine and the PBXes that are followed, unless networks are named."""

import asyncio
import ipaddress
import logging
import time
from collections.abc import Callable, Sequence

logger = logging.getLogger(__name__)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
FRESH_SECONDS = 60.0  # a PBX that moves is let in so soon
NAME_SECONDS = 1.0


class Neighbours:
    """`networks` are all who may ask; None: loopback, and the `hosts` of the PBX links."""

    def __init__(
        self, networks: Sequence[str] | None, hosts: Callable[[], Sequence[str]] = tuple
    ) -> None:
        named = [ipaddress.ip_network(network, strict=False) for network in networks or ()]
        self._networks = None if networks is None else named
        self._hosts = hosts
        self._found: dict[str, tuple[float, frozenset[Address]]] = {}

    async def may_ask(self, peer: str) -> bool:
        """Whether the neighbour at this address is let in."""
        address = _read(peer)
        if address is None:
            return False
        if self._networks is not None:
            return any(address in network for network in self._networks)
        if address.is_loopback:
            return True
        for host in self._hosts():
            if address in await self._addresses_of(host):
                return True
        return False

    async def _addresses_of(self, host: str) -> frozenset[Address]:
        if address := _read(host):
            return frozenset((address,))
        asked_at, known = self._found.get(host, (None, frozenset[Address]()))
        if asked_at is None or time.monotonic() - asked_at > FRESH_SECONDS:
            # Written down first: whoever knocks meanwhile does not ask again.
            self._found[host] = (time.monotonic(), known)
            known = await _ask(host) or known
            self._found[host] = (time.monotonic(), known)
        return known


async def _ask(host: str) -> frozenset[Address]:
    try:
        async with asyncio.timeout(NAME_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, None)
    except (OSError, TimeoutError):
        logger.warning("the address of the PBX %s cannot be found", host)
        return frozenset()
    addresses = (_read(str(one[4][0])) for one in found)
    return frozenset(address for address in addresses if address)


def _read(text: str) -> Address | None:
    """An address; one of IPv4 that comes in IPv6's clothes is the same."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
