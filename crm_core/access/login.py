"""Logging in: the one way from a login and a password to a session."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from crm_core.access.audit import write_audit
from crm_core.access.door_keys import hash_of, new_secret
from crm_core.access.login_limit import LoginLimit
from crm_core.access.passwords import Passwords, check_password, one_time_password
from crm_core.access.permissions import Person
from crm_core.access.sessions import Sessions
from crm_core.access.tables import KnownDevice, User
from crm_core.access.users import (
    find_by_login,
    get_user,
    person_of,
    read_login,
    set_password,
)
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database, UnitOfWork
from crm_core.kernel.errors import WrongCredentials

DEVICES_KEPT = 20  # a user's browsers; private windows would add one a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """Somebody asks to come in."""

    login: str
    password: str
    address: str
    user_agent: str = ""
    device: str | None = None  # the value of the cookie that names the browser
    session: str | None = None  # a session cookie that the browser already had


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """Somebody came in: the values for both cookies."""

    person: Person
    session: str
    device: str


class FrontDoor:
    """Checks passwords within the limit, and opens sessions."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        passwords: Passwords,
        limit: LoginLimit | None = None,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._passwords = passwords
        self._limit = limit or LoginLimit()

    async def log_in(self, knock: Knock) -> Welcome:
        """Open a session under a new id, or raise `WrongCredentials` or `TooManyAttempts`.

        Unknown login, wrong password and inactive account answer alike and take equally long.
        """
        user, known_device = await self._find(knock)
        attempt = self._limit.begin(
            read_login(knock.login), address=knock.address, known_device=known_device
        )
        password_hash = user.password_hash if user and user.is_active else None
        if not await self._passwords.verify(password_hash, knock.password) or user is None:
            await self._refuse(knock, user)
            raise WrongCredentials("login and password do not go together")
        self._limit.forgive(attempt)
        return await self._let_in(knock, user, is_known=known_device is not None)

    async def change_password(
        self, person: Person, *, current: str, new: str, keep: str | None
    ) -> None:
        """Set a new password for who knows the current one; other sessions end, `keep` stays."""
        async with self._database.read() as session:
            user = await get_user(session, person.user_id)
        # Who is logged in has an allowance of their own: strangers cannot use it up.
        attempt = self._limit.begin(user.login, address="", known_device=f"session {keep}")
        if not await self._passwords.verify(user.password_hash, current):
            raise WrongCredentials("this is not the current password")
        self._limit.forgive(attempt)
        check_password(new, login=user.login)
        password_hash = await self._passwords.hash(new)
        async with self._database.write() as unit:
            await set_password(unit, user.id, password_hash, by=user.id, keep=keep)

    async def issue_password(self) -> tuple[str, str]:
        """A password for once, to be told to somebody, and its hash."""
        password = one_time_password()
        return password, await self._passwords.hash(password)

    async def _find(self, knock: Knock) -> tuple[User | None, str | None]:
        """The user, and the browser's hash if this user once logged in from it."""
        async with self._database.read() as session:
            user = await find_by_login(session, knock.login)
            if user is None or not knock.device:
                return user, None
            device_hash = hash_of(knock.device)
            known = await session.get(KnownDevice, (device_hash, user.id))
            return user, device_hash if known else None

    async def _refuse(self, knock: Knock, user: User | None) -> None:
        """Write down a refusal. What was typed is not kept: it may be the password."""
        async with self._database.write() as unit:
            on = ("user", user.id) if user else None
            write_audit(unit, "session.refused", by=None, on=on, address=knock.address)

    async def _let_in(self, knock: Knock, user: User, *, is_known: bool) -> Welcome:
        rehashed = None
        if self._passwords.is_outdated(user.password_hash):
            rehashed = await self._passwords.hash(knock.password)
        async with self._database.write() as unit:
            present = await get_user(unit.session, user.id)
            if not present.is_active or present.password_hash != user.password_hash:
                raise WrongCredentials("the account was changed at this very moment")
            if rehashed:
                present.password_hash = rehashed
                unit.session.add(present)
            return await let_in(unit, self._sessions, knock, present, is_known=is_known)


async def let_in(
    unit: UnitOfWork, sessions: Sessions, knock: Knock, user: User, *, is_known: bool
) -> Welcome:
    """Open a session for somebody whose right to it was proven."""
    if knock.session:  # one that somebody else may have planted, or know
        await sessions.close(unit, knock.session)
    value = await sessions.open(unit, user.id, address=knock.address, user_agent=knock.user_agent)
    device = await _device_of(unit, knock, user.id, is_known=is_known)
    write_audit(unit, "session.opened", by=user.id, address=knock.address)
    return Welcome(person=person_of(user), session=value, device=device)


async def _device_of(unit: UnitOfWork, knock: Knock, user_id: UUID, *, is_known: bool) -> str:
    """The browser's name from now on: colleagues may share one, a made-up one is not taken over."""
    if knock.device and is_known:
        return knock.device
    device = new_secret()
    if knock.device:
        ours = select(KnownDevice).where(KnownDevice.device_hash == hash_of(knock.device))
        if (await unit.session.exec(ours)).first():
            device = knock.device
    await _remember(unit, user_id, device)
    return device


async def _remember(unit: UnitOfWork, user_id: UUID, device: str) -> None:
    """Keep the browser as one from which this user logged in, and forget the oldest ones."""
    query = select(KnownDevice).where(KnownDevice.user_id == user_id)
    known = (await unit.session.exec(query.order_by(col(KnownDevice.created_at).desc()))).all()
    for old in known[DEVICES_KEPT - 1 :]:
        await unit.session.delete(old)
    unit.session.add(
        KnownDevice(device_hash=hash_of(device), user_id=user_id, created_at=utc_now())
    )
