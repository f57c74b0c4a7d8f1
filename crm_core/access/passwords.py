"""Passwords: argon2id, reckoned in threads so that the phones do not wait for it."""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from crm_core.kernel.errors import InvalidValue, TooManyAttempts

T = TypeVar("T")

SHORTEST = 8
LONGEST = 256
AT_ONCE = 2  # each takes a processor and 19 MiB
WAITING_LIMIT = 64  # about a second of work: more would only wait in vain


class Passwords:
    """Makes and checks hashes, never more than two at once."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        # Checked when there is no such user: the answer takes as long as for a wrong password.
        self._nobodys_hash = self._hasher.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """What is stored instead of the password."""
        return await self._in_turn(self._hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password. None stands for no such user, and takes as long to refuse."""
        expected = password_hash or self._nobodys_hash
        is_right = await self._in_turn(self._verify, expected, password)
        return is_right and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether it was made with weaker settings and should be made anew at this login."""
        return self._hasher.check_needs_rehash(password_hash)

    def _hash(self, password: str) -> str:
        return self._hasher.hash(_normal(password))

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, _normal(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _in_turn(self, work: Callable[..., T], *arguments: str) -> T:
        if self._waiting >= WAITING_LIMIT:
            raise TooManyAttempts("too many people log in at this moment", retry_after_seconds=2)
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work, *arguments)
        finally:
            self._waiting -= 1


def check_password(password: str, *, login: str) -> None:
    """Refuse a password that is too easy to guess. No rule of composition: length is what helps."""
    if len(password) < SHORTEST:
        raise InvalidValue(
            "password",
            f"a password has at least {SHORTEST} characters",
            reason="password_short",
            least=SHORTEST,
        )
    if len(password) > LONGEST:
        raise InvalidValue("password", f"a password has at most {LONGEST} characters")
    folded = password.casefold()
    if folded == login.casefold() or len(set(folded)) < 4 or folded in _COMMON:
        raise InvalidValue(
            "password",
            "this password is among the first that anybody would try",
            reason="password_common",
        )


# Read aloud and typed: nothing that looks or sounds like another.
_PLAIN_LETTERS = "abcdefghkmnpqrstuvwxyz23456789"


def one_time_password() -> str:
    """A password that somebody is told and types once: 58 bits, in groups that can be read out."""
    groups = ("".join(secrets.choice(_PLAIN_LETTERS) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


_COMMON_TEXT = """
12345678 123456789 1234567890 0123456789 12345678910 987654321 87654321 password password1
password123 passw0rd qwerty123 qwertyui qwertyuiop 1q2w3e4r 1q2w3e4r5t 1qaz2wsx zaq12wsx
qazwsxedc asdfghjkl zxcvbnm123 iloveyou letmein1 welcome1 admin123 administrator
йцукен123 йцукенгш пароль123 парольпароль asterisk
"""
_COMMON = frozenset(_COMMON_TEXT.split())


def _normal(password: str) -> bytes:
    """One keyboard writes й as one letter, another as two: both are the same password.

    What is longer than any password can be is not worth reading to its end.
    """
    return unicodedata.normalize("NFKC", password[: 2 * LONGEST]).encode("utf-8", "surrogatepass")
