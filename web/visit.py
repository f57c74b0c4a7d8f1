"""A visit: one request of somebody, as the handlers see it."""

from dataclasses import dataclass, field
from typing import TypeVar

from aiohttp import web

from crm_core.access.permissions import Person
from crm_core.kernel.errors import NotLoggedIn
from web.keys import ADDRESSES, VISITORS
from web.visitors import DEVICE_COOKIE, SESSION_COOKIE, Visitor, read_bearer

T = TypeVar("T")

DEVICE_SECONDS = 400 * 24 * 3600  # as long as browsers keep any cookie


@dataclass(slots=True)
class Visit:
    """Who asks, and what the application holds for the answer."""

    request: web.Request
    visitor: Visitor | None
    status: int | None = None
    """Set by a handler that does not answer with its usual status."""
    _cookies: dict[str, tuple[str, int | None]] = field(default_factory=dict)

    def __getitem__(self, key: web.AppKey[T]) -> T:
        return self.request.app[key]

    @property
    def person(self) -> Person:
        """The user who asks; raises where nobody has logged in."""
        return self._known().person

    @property
    def session_hash(self) -> str | None:
        """What this session is known by on the server; None for a program with a token."""
        return self._known().session_hash

    @property
    def session_cookie(self) -> str | None:
        """The session that the browser came with, good or not."""
        return self.request.cookies.get(SESSION_COOKIE)

    @property
    def address(self) -> str:
        """Where the request came from, as far as proxies can be trusted."""
        return self.request.remote or ""

    @property
    def user_agent(self) -> str:
        """What the browser calls itself, cut to what is worth keeping."""
        return self.request.headers.get("User-Agent", "")[:300]

    @property
    def device(self) -> str | None:
        """What this browser was given when somebody first logged in with it."""
        return self.request.cookies.get(DEVICE_COOKIE)

    def keep_session(self, secret: str, seconds: int) -> None:
        """Give the browser its session."""
        self._cookies[SESSION_COOKIE] = (secret, seconds)

    def keep_device(self, secret: str) -> None:
        """Let the browser be known again, so that nobody can lock its user out."""
        self._cookies[DEVICE_COOKIE] = (secret, DEVICE_SECONDS)

    def forget_session(self) -> None:
        """Take the session's cookie away."""
        self._cookies[SESSION_COOKIE] = ("", None)

    def sign(self, response: web.StreamResponse) -> None:
        """Put the cookies on the answer. Secure is asked for wherever TLS is spoken."""
        for name, (value, seconds) in self._cookies.items():
            response.set_cookie(
                name,
                value,
                max_age=seconds or 0,
                path="/",
                httponly=True,
                samesite="Lax",
                secure=self._is_https(),
            )

    def _is_https(self) -> bool:
        return self.request.scheme == "https" or self[ADDRESSES].is_https(self.request.host)

    def _known(self) -> Visitor:
        if self.visitor is None:
            raise NotLoggedIn("Log in first.")
        return self.visitor


async def receive(request: web.Request, *, is_public: bool) -> Visit:
    """Find out who asks. Nobody gets further than a public operation without a session."""
    if is_public:
        return Visit(request, None)
    return Visit(request, await find_visitor_of(request))


async def find_visitor_of(request: web.Request) -> Visitor:
    """Whose token or, without one, whose session this request carries."""
    authorization = request.headers.get("Authorization")
    bearer = read_bearer(authorization)
    cookie = None if authorization is not None else request.cookies.get(SESSION_COOKIE)
    visitor = await request.app[VISITORS].find(cookie, bearer)
    if visitor is None:
        raise NotLoggedIn("Log in first.")
    return visitor
