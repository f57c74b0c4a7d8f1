"""Accounts as an administrator changes them: who works here, as what, and at which phone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.endings import end_all_sessions, revoke_all_tokens
from crm_core.access.tables import Extension, Team, User
from crm_core.access.users import (
    OwnChoices,
    Phone,
    Profile,
    add_phone,
    change_role,
    choose,
    get_profile,
    get_user,
)
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.events import RecordChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanges:
    """What is to be different; None leaves a thing as it is."""

    name: str | None = None
    role: str | None = None
    team_id: UUID | None = None
    own: OwnChoices = field(default=OwnChoices())
    phones: Sequence[Phone] | None = field(default=None)


async def list_accounts(session: AsyncSession) -> list[Profile]:
    """Everybody who ever could log in, those who still may first, by name."""
    query = select(User).order_by(col(User.is_active).desc(), col(User.name), col(User.id))
    users = (await session.exec(query)).all()
    teams = {team.id: team for team in (await session.exec(select(Team))).all()}
    seats: dict[UUID, list[Phone]] = {}
    rows = select(Extension).order_by(col(Extension.pbx), col(Extension.extension))
    for row in (await session.exec(rows)).all():
        seats.setdefault(row.user_id, []).append(Phone(pbx=row.pbx, extension=row.extension))
    return [
        Profile(
            user=user,
            team=teams.get(user.team_id) if user.team_id else None,
            phones=seats.get(user.id, []),
        )
        for user in users
    ]


async def demand_version(session: AsyncSession, user_id: UUID, version: int) -> None:
    """Refuse a change to an account that somebody else has changed since; it waits for nobody."""
    query = select(User).where(User.id == user_id).with_for_update()
    user = (await session.exec(query.execution_options(populate_existing=True))).first()
    if user is None:
        raise NotFound("no such user")
    if user.version != version:
        raise Conflict(
            "Somebody else has changed this account meanwhile.", reason="changed_meanwhile"
        )


async def change_account(
    unit: UnitOfWork, user_id: UUID, changes: AccountChanges, *, by: UUID
) -> Profile:
    """Change what is said; another role ends whatever was opened with the old one."""
    before = _told(await get_profile(unit.session, user_id))
    user = await get_user(unit.session, user_id)
    if changes.name is not None:
        user.name = _name(changes.name)
    if changes.team_id is not None:
        if await unit.session.get(Team, changes.team_id) is None:
            raise InvalidValue("team_id", "there is no such team")
        user.team_id = changes.team_id
    await choose(unit.session, user, changes.own)
    if changes.phones is not None:
        await _set_phones(unit, user, changes.phones)
    user.updated_at = utc_now()
    unit.session.add(user)
    if changes.role is not None:
        await change_role(unit, user_id, changes.role, by=by)
    await unit.session.flush()
    profile = await get_profile(unit.session, user_id)
    after = _told(profile)
    if after != before:
        user.version += 1
        _say(unit, "user.changed", user_id, by, before=before, after=after)
    return profile


async def reset_password(unit: UnitOfWork, user_id: UUID, password_hash: str, *, by: UUID) -> None:
    """Give a password for once. Sessions and programs end: whoever had the old one is out."""
    user = await get_user(unit.session, user_id)
    if not user.is_active:
        raise InvalidValue("user_id", "who has left needs no password")
    user.password_hash, user.must_change_password = password_hash, True
    user.updated_at = utc_now()
    unit.session.add(user)
    await end_all_sessions(unit, user_id)
    await revoke_all_tokens(unit, user_id)
    _say(unit, "user.password_reset", user_id, by)


async def reactivate(unit: UnitOfWork, user_id: UUID, *, by: UUID) -> None:
    """Let somebody back in, without phones and with the password they had."""
    user = await get_user(unit.session, user_id)
    if user.is_active:
        return
    user.is_active, user.updated_at = True, utc_now()
    user.version += 1
    unit.session.add(user)
    _say(unit, "user.reactivated", user_id, by)


async def _set_phones(unit: UnitOfWork, user: User, phones: Sequence[Phone]) -> None:
    if phones and not user.is_active:
        raise InvalidValue("phones", "who has left sits at no phone")
    await unit.session.exec(delete(Extension).where(col(Extension.user_id) == user.id))
    await unit.session.flush()
    for phone in dict.fromkeys(phones):
        await add_phone(unit, user.id, phone)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= 200:
        raise InvalidValue("name", "a name has 1 to 200 characters")
    return name


def _told(profile: Profile) -> dict[str, Any]:
    """What the audit says of an account: nothing that opens a door."""
    user = profile.user
    return {
        **user.model_dump(
            include={"name", "language", "time_zone", "has_own_language", "has_own_time_zone"}
        ),
        "team": profile.team.name if profile.team else None,
        "phones": [f"{phone.extension}@{phone.pbx}" for phone in profile.phones],
    }


def _say(unit: UnitOfWork, action: str, user_id: UUID, by: UUID, **details: object) -> None:
    write_audit(unit, action, by=by, on=("user", user_id), details=details)
    unit.publish(RecordChanged(at=utc_now(), kind="user", record_id=user_id))


async def who_sits_at(session: AsyncSession, pbx: str) -> dict[str, User]:
    """Who has which extension of a PBX."""
    query = (
        select(Extension.extension, User)
        .join(User, col(User.id) == col(Extension.user_id))
        .where(Extension.pbx == pbx)
    )
    return {extension: user for extension, user in await session.exec(query)}  # noqa: C416
