"""Where this server is reached: its public address, whom it answers, and where push is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


@dataclass(slots=True, kw_only=True)
class Addresses:
    """The addresses of one server. Without a public URL it answers on loopback alone.

    `web_port` and `push_port` may be filled in once the sockets are bound: a port of 0 in the
    settings means any free one.
    """

    public_url: str | None = None
    push_public_url: str | None = None
    web_port: int = 0
    push_port: int = 0
    trusted_proxies: tuple[str, ...] = ()
    _proxies: tuple[IPv4Network | IPv6Network, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._proxies = tuple(ip_network(proxy, strict=False) for proxy in self.trusted_proxies)

    def trusts(self, address: str | None) -> bool:
        """Whether what this neighbour says of the browser behind it is believed."""
        try:
            neighbour = ip_address(address or "")
        except ValueError:
            return False
        return any(neighbour in proxy for proxy in self._proxies)

    def farthest(self, neighbour: str, forwarded: Sequence[str]) -> str:
        """Read the chain of X-Forwarded-For from our side: the first whom no proxy vouches for."""
        for address in reversed([it.strip() for it in ",".join(forwarded).split(",")]):
            if not self.trusts(neighbour):
                break
            neighbour = address or neighbour
        return neighbour

    def answers_for(self, host: str | None) -> bool:
        """Whether a Host header names us: a foreign name may be a page rebinding its DNS."""
        name = host_name(host)
        return name is not None and (is_loopback(name) or name in self._public_names())

    def is_our_page(self, origin: str | None) -> bool:
        """Whether an Origin header names the page that we serve."""
        try:
            page = urlsplit(origin or "")
            port = page.port or _DEFAULT_PORTS.get(page.scheme)
        except ValueError:
            return False
        if origin != f"{page.scheme}://{page.netloc}" or page.hostname is None:
            return False
        if is_loopback(page.hostname):
            return page.scheme == "http" and port == self.web_port
        return self.public_url is not None and _whole_origin(self.public_url) == (
            page.scheme,
            page.hostname,
            port,
        )

    def is_https(self, host: str | None) -> bool:
        """Whether the page at `host` is served over TLS, perhaps by a proxy before us."""
        is_public = not is_loopback(host_name(host) or "")
        return is_public and (self.public_url or "").startswith("https:")

    def push_url(self, host: str | None) -> str:
        """Where a page that was loaded from `host` finds push."""
        if self.push_public_url is not None:
            return self.push_public_url
        name = host_name(host) or "localhost"
        if self.public_url is not None and not is_loopback(name):
            public = urlsplit(self.public_url)
            scheme = "wss" if public.scheme == "https" else "ws"
            return f"{scheme}://{public.netloc}/push"
        shown = f"[{name}]" if ":" in name else name
        return f"ws://{shown}:{self.push_port}/push"

    def push_origin(self, host: str | None) -> str:
        """Scheme, name and port of push: what the page's policy must allow it to reach."""
        push = urlsplit(self.push_url(host))
        return f"{push.scheme}://{push.netloc}"

    def _public_names(self) -> frozenset[str]:
        urls = (self.public_url, self.push_public_url)
        return frozenset(urlsplit(url).hostname or "" for url in urls if url)


def host_name(host: str | None) -> str | None:
    """The name in a Host header without its port; None when it is not one."""
    try:
        return urlsplit(f"//{host}").hostname if host else None
    except ValueError:
        return None


def is_loopback(name: str) -> bool:
    """Whether a host name stays on this machine."""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _whole_origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)
