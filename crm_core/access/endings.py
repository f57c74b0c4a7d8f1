"""Ending what was opened: sessions are deleted, tokens revoked, and who holds them open is told."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, select, update

from crm_core.access.tables import ApiToken, Session
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.events import SessionsEnded


async def end_sessions(unit: UnitOfWork, which: ColumnElement[bool]) -> None:
    """Delete these sessions and publish `SessionsEnded`, one for each user."""
    query = select(Session.user_id, Session.id_hash).where(which)
    by_user: dict[UUID, list[str]] = defaultdict(list)
    for user_id, id_hash in (await unit.session.exec(query)).all():
        by_user[user_id].append(id_hash)
    if not by_user:
        return
    await unit.session.exec(delete(Session).where(which))
    for user_id, id_hashes in by_user.items():
        unit.publish(SessionsEnded(at=utc_now(), user_id=user_id, id_hashes=tuple(id_hashes)))


async def end_all_sessions(unit: UnitOfWork, user_id: UUID, *, but: str | None = None) -> None:
    """End a user's sessions, `but` one known by its hash: the browser that asked for it."""
    which: ColumnElement[bool] = col(Session.user_id) == user_id
    if but is not None:
        which = which & (col(Session.id_hash) != but)
    await end_sessions(unit, which)


async def revoke_all_tokens(unit: UnitOfWork, user_id: UUID) -> None:
    """Stop every program that works in a user's name."""
    await unit.session.exec(
        update(ApiToken)
        .where(col(ApiToken.user_id) == user_id, col(ApiToken.revoked_at).is_(None))
        .values(revoked_at=utc_now())
    )
