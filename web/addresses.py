"""Where this server is reached: its public address, whom it answers, and where push is."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


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

    def answers_for(self, host: str | None) -> bool:
        """Whether a Host header names us: a foreign name may be a page rebinding its DNS."""
        name = host_name(host)
        return name in LOOPBACK_NAMES or (name is not None and name in self._public_names())

    def is_our_page(self, origin: str | None) -> bool:
        """Whether an Origin header names the page that we serve."""
        if origin is None:
            return False
        return origin in self.origins()

    def origins(self) -> frozenset[str]:
        """Every origin from which our page can be open."""
        loopback = {_origin("http", name, self.web_port) for name in LOOPBACK_NAMES}
        if self.public_url is None:
            return frozenset(loopback)
        public = urlsplit(self.public_url)
        port = public.port or (443 if public.scheme == "https" else 80)
        return frozenset({*loopback, _origin(public.scheme, public.hostname or "", port)})

    def push_url(self, host: str | None) -> str:
        """Where a page that was loaded from `host` finds push."""
        if self.push_public_url is not None:
            return self.push_public_url
        name = host_name(host) or "localhost"
        if self.public_url is not None and name not in LOOPBACK_NAMES:
            public = urlsplit(self.public_url)
            scheme = "wss" if public.scheme == "https" else "ws"
            return f"{scheme}://{public.netloc}/push"
        return f"{_origin('ws', name, self.push_port)}/push"

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


def _origin(scheme: str, name: str, port: int) -> str:
    shown = f"[{name}]" if ":" in name else name
    is_default = port == {"http": 80, "https": 443, "ws": 80, "wss": 443}[scheme]
    return f"{scheme}://{shown}" if is_default else f"{scheme}://{shown}:{port}"
