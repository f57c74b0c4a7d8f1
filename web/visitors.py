"""Who stands at the door: the person behind a session cookie or a bearer token."""

from collections.abc import Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from crm_core.access.door_keys import hash_of
from crm_core.access.permissions import Person
from crm_core.access.sessions import Sessions
from crm_core.access.tokens import Tokens

SESSION_COOKIE = "allo_session"
DEVICE_COOKIE = "allo_device"

_SESSION = "session:"
_TOKEN = "token:"  # noqa: S105 - the name of a kind of key
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is let in. `key` names the session or token, and opens nothing."""

    person: Person
    key: str

    @property
    def session_hash(self) -> str | None:
        """What the session is known by; None for a program with a token."""
        return self.key.removeprefix(_SESSION) if self.key.startswith(_SESSION) else None


class Visitors:
    """Finds visitors, and tells which of those who stay connected must leave."""

    def __init__(self, sessions: Sessions, tokens: Tokens) -> None:
        self._sessions = sessions
        self._tokens = tokens

    async def find(self, cookie: str | None, bearer: str | None) -> Visitor | None:
        """Whose session or token this is. Who shows a token is not asked for a cookie."""
        secret = bearer or cookie
        if not secret or len(secret) > LONGEST_KEY:
            return None
        if bearer:
            person = await self._tokens.find(bearer)
            return Visitor(person=person, key=_TOKEN + hash_of(bearer)) if person else None
        session = await self._sessions.find(secret)
        return Visitor(person=session.person, key=session_key(session.id_hash)) if session else None

    async def find_ended(self, keys: set[str]) -> set[str]:
        """Which of these sessions and tokens are no longer good."""
        sessions = {key.removeprefix(_SESSION) for key in keys if key.startswith(_SESSION)}
        tokens = {key.removeprefix(_TOKEN) for key in keys if key.startswith(_TOKEN)}
        good = set(_named(_SESSION, await self._sessions.still_open(sessions) if sessions else ()))
        good.update(_named(_TOKEN, await self._tokens.still_good(tokens) if tokens else ()))
        return keys - good


def session_key(id_hash: str) -> str:
    """How the push hub knows a session."""
    return _SESSION + id_hash


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


def _named(kind: str, hashes: Iterable[str]) -> Iterable[str]:
    return (kind + one for one in hashes)
