"""Who stands at the door: the person behind a session cookie or a bearer token."""

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

SESSION_COOKIE = "allo_session"
DEVICE_COOKIE = "allo_device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is let in. `key` names the session or token, and opens nothing."""

    person: "Person"
    key: str


def read_bearer(authorization: str | None) -> str | None:
    """The token of an Authorization header, if it is a bearer's."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def read_session_cookie(cookies: str | None) -> str | None:
    """The value of our cookie in a Cookie header; a broken header holds none."""
    try:
        morsel = SimpleCookie(cookies or "").get(SESSION_COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None
