"""Sessions: a browser that is logged in is a row, so that logging out is a deletion.

The cookie holds a random value that is stored only as its SHA-256. A session ends when nobody used
it for a while, when it is old, or when somebody ends it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlmodel import col, or_, select, update

from crm_core.access.door_keys import hash_of, new_secret
from crm_core.access.endings import end_sessions
from crm_core.access.permissions import Person
from crm_core.access.tables import Session, User
from crm_core.access.users import person_of
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database, UnitOfWork
from crm_core.kernel.text import clean_text

K = TypeVar("K")

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session that was found open, and who it belongs to."""

    person: Person
    id_hash: str
    expires_at: datetime  # at the latest; idleness may end it sooner


class Sessions:
    """Opens, finds and ends sessions. The last use of each is written in batches."""

    def __init__(
        self,
        database: Database,
        *,
        idle: timedelta = IDLE,
        absolute: timedelta = ABSOLUTE,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._idle = idle
        self._absolute = absolute
        self._clock = clock
        self._seen: dict[str, datetime] = {}

    async def open(
        self, unit: UnitOfWork, user_id: UUID, *, address: str = "", user_agent: str = ""
    ) -> str:
        """Begin a session and give the cookie's value, which is always a new one."""
        value, now = new_secret(), self._clock()
        unit.session.add(
            Session(
                id_hash=hash_of(value),
                user_id=user_id,
                created_at=now,
                last_seen_at=now,
                expires_at=now + self._absolute,
                address=clean_text(address, limit=64),
                user_agent=clean_text(user_agent, limit=300),
            )
        )
        return value

    async def find(self, value: str) -> OpenSession | None:
        """The open session of this cookie; finding it counts as using it."""
        id_hash, now = hash_of(value), self._clock()
        query = select(Session, User).join(User).where(Session.id_hash == id_hash)
        async with self._database.read() as read:
            found = (await read.exec(query)).first()
        if found is None:
            return None
        session, user = found
        if not user.is_active or not self._is_open(session, now):
            return None
        self._seen[id_hash] = now
        return OpenSession(person=person_of(user), id_hash=id_hash, expires_at=session.expires_at)

    async def still_open(self, id_hashes: Collection[str]) -> set[str]:
        """Which of these are still open; does not count as using them.

        For what stays connected without asking: another program may have ended a session.
        """
        now = self._clock()
        query = select(Session).join(User).where(col(User.is_active))
        query = query.where(col(Session.id_hash).in_(list(id_hashes)))
        async with self._database.read() as read:
            found = (await read.exec(query)).all()
        return {session.id_hash for session in found if self._is_open(session, now)}

    async def close(self, unit: UnitOfWork, value: str) -> None:
        """Log this browser out."""
        await end_sessions(unit, col(Session.id_hash) == hash_of(value))

    async def write_down(self) -> None:
        """Store when sessions were used last, and forget those that have ended."""
        seen = dict(self._seen)
        now = self._clock()
        async with self._database.write() as unit:
            for id_hash, at in seen.items():
                statement = update(Session).where(col(Session.id_hash) == id_hash)
                await unit.session.exec(statement.values(last_seen_at=at))
            await end_sessions(
                unit,
                or_(col(Session.expires_at) <= now, col(Session.last_seen_at) <= now - self._idle),
            )

        forget(self._seen, seen)

    def _is_open(self, session: Session, now: datetime) -> bool:
        seen_at = max(session.last_seen_at, self._seen.get(session.id_hash, session.last_seen_at))
        return now < session.expires_at and now < seen_at + self._idle


def forget(used: dict[K, datetime], written: Mapping[K, datetime]) -> None:
    """Drop what is stored by now; what was used again in the meantime stays."""
    for key, at in written.items():
        if used.get(key) == at:
            del used[key]
