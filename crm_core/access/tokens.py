"""Tokens: a program that works in a user's name, until the token is revoked or the user leaves."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.door_keys import hash_of, new_secret
from crm_core.access.permissions import Person
from crm_core.access.sessions import forget
from crm_core.access.tables import ApiToken, User
from crm_core.access.users import person_of
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database, UnitOfWork
from crm_core.kernel.errors import NotFound
from crm_core.kernel.text import clean_text

PREFIX = "allo_"  # tells people and scanners for leaked secrets what it is


async def create_token(unit: UnitOfWork, user_id: UUID, *, name: str = "") -> str:
    """Make a token and give its value: this is the only moment in which it can be seen."""
    value = PREFIX + new_secret()
    token = ApiToken(
        id=uuid4(),
        user_id=user_id,
        name=clean_text(name, limit=100),
        token_hash=hash_of(value),
        created_at=utc_now(),
    )
    unit.session.add(token)
    write_audit(unit, "token.created", by=user_id, on=("token", token.id))
    return value


async def revoke_token(unit: UnitOfWork, token_id: UUID, *, by: UUID | None) -> None:
    """Stop one program. The row stays: the audit speaks of it."""
    token = await unit.session.get(ApiToken, token_id)
    if token is None or token.revoked_at is not None:
        raise NotFound("no such token")
    token.revoked_at = utc_now()
    unit.session.add(token)
    write_audit(unit, "token.revoked", by=by, on=("token", token_id))


async def list_tokens(session: AsyncSession, user_id: UUID) -> Sequence[ApiToken]:
    """A user's tokens that still work, the oldest first."""
    query = select(ApiToken).where(ApiToken.user_id == user_id, col(ApiToken.revoked_at).is_(None))
    return (await session.exec(query.order_by(col(ApiToken.created_at)))).all()


class Tokens:
    """Finds who a bearer token speaks for. The last use of each is written in batches."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._used: dict[UUID, datetime] = {}

    async def find(self, value: str) -> Person | None:
        """The active user of this token, if it still works."""
        query = select(ApiToken, User).join(User).where(ApiToken.token_hash == hash_of(value))
        async with self._database.read() as read:
            found = (await read.exec(query)).first()
        if found is None:
            return None
        token, user = found
        if token.revoked_at is not None or not user.is_active:
            return None
        self._used[token.id] = self._clock()
        return person_of(user)

    async def still_good(self, token_hashes: Collection[str]) -> set[str]:
        """Which of these still work; does not count as using them.

        For what stays connected without asking: a token may be revoked meanwhile.
        """
        query = select(ApiToken.token_hash).join(User)
        query = query.where(col(User.is_active), col(ApiToken.revoked_at).is_(None))
        query = query.where(col(ApiToken.token_hash).in_(list(token_hashes)))
        async with self._database.read() as read:
            return set((await read.exec(query)).all())

    async def write_down(self) -> None:
        """Store when tokens were used last."""
        used = dict(self._used)
        if not used:
            return
        async with self._database.write() as unit:
            for token_id, at in used.items():
                statement = update(ApiToken).where(col(ApiToken.id) == token_id)
                await unit.session.exec(statement.values(last_used_at=at))
        forget(self._used, used)
