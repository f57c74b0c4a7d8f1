"""How many wrong passwords are looked at: few enough to make guessing useless, without a lock.

Allowances are buckets of tokens that refill. A wrong password costs a token from each bucket it
came through; a right one costs nothing. A browser that has logged in before has a bucket of its
own, which no stranger can empty. Strangers share an account's bucket, of which one address can
take only a part, so that somebody who guesses from elsewhere does not shut the door on a rightful
user with a new browser. When a bucket is empty the password is not even looked at.
"""

import hashlib
import math
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from crm_core.kernel.errors import TooManyAttempts


@dataclass(frozen=True, slots=True)
class Allowance:
    """A bucket's size, and how long one token takes to come back."""

    burst: int
    refill_seconds: float


# In any hour an account's strangers are heard 20 + 3600 / 45 = 100 times.
ACCOUNT = Allowance(20, 45)
ACCOUNT_FROM_ADDRESS = Allowance(10, 45)
ADDRESS = Allowance(100, 5)
KNOWN_DEVICE = Allowance(10, 45)

# Buckets are found by a keyed hash: the memory is bounded, and nobody can aim at another's bucket.
SLOTS = 16_384


@dataclass(slots=True)
class _Bucket:
    allowance: Allowance
    spent: float = 0.0
    at: float = 0.0

    def settle(self, now: float) -> None:
        self.spent = max(0.0, self.spent - (now - self.at) / self.allowance.refill_seconds)
        self.at = now

    @property
    def wait_seconds(self) -> float:
        """How long until a token is there, once settled."""
        missing = self.spent + 1 - self.allowance.burst
        return max(0.0, missing * self.allowance.refill_seconds)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A password that is being looked at; `LoginLimit.forgive` when it was right."""

    buckets: Sequence[_Bucket]
    is_known_device: bool


class LoginLimit:
    """Decides whether one more password may be looked at."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(16)
        self._buckets: dict[tuple[Allowance, int], _Bucket] = {}

    def __len__(self) -> int:
        return len(self._buckets)

    def begin(self, login: str, *, address: str, known_device: str | None) -> Attempt:
        """Take a token before the password is looked at, so that many at once gain nothing.

        `known_device` names a browser from which this very user has logged in before.
        """
        if known_device is not None:
            buckets = [self._bucket(KNOWN_DEVICE, login, known_device)]
        else:
            network = network_of(address)
            buckets = [
                self._bucket(ADDRESS, network),
                self._bucket(ACCOUNT_FROM_ADDRESS, login, network),
                self._bucket(ACCOUNT, login),
            ]
        wait_seconds = max(bucket.wait_seconds for bucket in buckets)
        if wait_seconds > 1e-6:  # fractions of a token add up to just below one
            raise TooManyAttempts(
                "too many wrong passwords: try again in a moment",
                retry_after_seconds=math.ceil(wait_seconds),
            )
        for bucket in buckets:
            bucket.spent += 1
        return Attempt(buckets, is_known_device=known_device is not None)

    def forgive(self, attempt: Attempt) -> None:
        """The password was right: it cost nothing, and a known browser starts afresh."""
        for bucket in attempt.buckets:
            bucket.spent = 0.0 if attempt.is_known_device else max(0.0, bucket.spent - 1)

    def _bucket(self, allowance: Allowance, *names: str) -> _Bucket:
        text = "\0".join(names).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(text, key=self._key, digest_size=8).digest()
        slot = (allowance, int.from_bytes(digest, "big") % SLOTS)
        bucket = self._buckets.setdefault(slot, _Bucket(allowance))
        bucket.settle(self._clock())
        return bucket


def network_of(address: str) -> str:
    """The address, or for IPv6 the /64 that one subscriber has to choose from."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else parsed.packed[:8].hex()
    return str(parsed)
