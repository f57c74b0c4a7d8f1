"""Users: accounts that may log in, their phones, and what changes end their sessions."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.choices import check_choices
from crm_core.access.endings import end_all_sessions, revoke_all_tokens
from crm_core.access.office import get_office
from crm_core.access.permissions import Person
from crm_core.access.tables import Extension, Team, User
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.events import RecordChanged

OFFICE = ""  # chosen instead of a language or a zone: as the office has it
_LOGIN = re.compile(r"[\w][\w.@+-]{0,63}")
_EXTENSION = re.compile(r"[\w*#+.-]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """An extension at a PBX."""

    pbx: str
    extension: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """What an account is made from; the password was hashed before, outside the transaction."""

    login: str
    name: str
    role: str
    password_hash: str
    phones: Sequence[Phone] = field(default=())
    team_id: UUID = DEFAULT_TEAM_ID
    language: str | None = None  # None: as the office has it, now and later
    time_zone: str | None = None
    must_change_password: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChoices:
    """What somebody chooses instead of following the office; `OFFICE` follows it again."""

    language: str | None = None
    time_zone: str | None = None

    @classmethod
    def of(cls, sent: Mapping[str, str | None]) -> "OwnChoices":
        """Read what was sent: what is absent stays, and null is the office's."""
        return cls(**{name: OFFICE if value is None else value for name, value in sent.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A user with team and phones, as the user sees themselves."""

    user: User
    team: Team | None
    phones: Sequence[Phone]


def read_login(login: str) -> str:
    """The login as it is stored: lower case, so that nobody is shut out by a capital letter."""
    return unicodedata.normalize("NFKC", login).strip().lower()


def person_of(user: User) -> Person:
    """The user as one who asks."""
    return Person(
        user_id=user.id,
        login=user.login,
        name=user.name,
        role=user.role,
        team_id=user.team_id or DEFAULT_TEAM_ID,
        language=user.language,
        time_zone=user.time_zone,
        must_change_password=user.must_change_password,
    )


async def add_user(unit: UnitOfWork, new: NewUser, *, by: UUID | None = None) -> User:
    """Make an account; a login or a phone that is taken is a `Conflict`."""
    login, name = read_login(new.login), new.name.strip()
    if not _LOGIN.fullmatch(login):
        raise InvalidValue(
            "login", "a login is made of letters, digits and . @ + - _", reason="login_letters"
        )
    if not name or len(name) > 200:
        raise InvalidValue("name", "a name has 1 to 200 characters")
    check_choices(role=new.role, language=new.language, time_zone=new.time_zone)
    if await find_by_login(unit.session, login):
        raise Conflict(f"the login {login} is taken", reason="login_taken", login=login)
    if await unit.session.get(Team, new.team_id) is None:
        raise InvalidValue("team_id", "there is no such team")
    now = utc_now()
    office = await get_office(unit.session)
    user = User(
        id=uuid4(),
        login=login,
        name=name,
        password_hash=new.password_hash,
        role=new.role,
        team_id=new.team_id,
        language=new.language or office.language,
        has_own_language=new.language is not None,
        time_zone=new.time_zone or office.time_zone,
        has_own_time_zone=new.time_zone is not None,
        must_change_password=new.must_change_password,
        created_at=now,
        updated_at=now,
    )
    unit.session.add(user)
    await unit.session.flush()
    for phone in new.phones:
        await add_phone(unit, user.id, phone)
    _tell(unit, "user.created", user.id, by, login=login, name=name, role=new.role)
    return user


async def add_phone(unit: UnitOfWork, user_id: UUID, phone: Phone) -> None:
    """Seat a user at a phone; one where somebody sits is a `Conflict` that says who."""
    check_extension(phone.extension)
    seat = await unit.session.get(Extension, (phone.pbx, phone.extension))
    if seat is not None:
        who = (await get_user(unit.session, seat.user_id)).name
        raise Conflict(
            f"{who} already sits at extension {phone.extension} of {phone.pbx}",
            reason="extension_taken",
            who=who,
            extension=phone.extension,
        )
    unit.session.add(Extension(pbx=phone.pbx, extension=phone.extension, user_id=user_id))


def check_extension(extension: str) -> None:
    """Refuse what no PBX calls a phone."""
    if not _EXTENSION.fullmatch(extension):
        raise InvalidValue(
            "extension",
            "an extension is made of digits, letters and * # + . -",
            reason="extension_letters",
        )


async def find_by_login(session: AsyncSession, login: str) -> User | None:
    """The account with this login, however it was typed."""
    login = read_login(login)
    if not _LOGIN.fullmatch(login):
        return None  # nor could it be asked for: NUL and half letters are refused by the engines
    return (await session.exec(select(User).where(User.login == login))).first()


async def get_user(session: AsyncSession, user_id: UUID) -> User:
    """The account, or `NotFound`."""
    user = await session.get(User, user_id)
    if user is None:
        raise NotFound("no such user")
    return user


async def list_users(session: AsyncSession) -> Sequence[User]:
    """Everybody who may log in, by name."""
    query = select(User).where(col(User.is_active)).order_by(col(User.name), col(User.id))
    return (await session.exec(query)).all()


async def get_profile(session: AsyncSession, user_id: UUID) -> Profile:
    """A user with team and phones."""
    user = await get_user(session, user_id)
    team = await session.get(Team, user.team_id or DEFAULT_TEAM_ID)
    query = select(Extension).where(Extension.user_id == user_id)
    rows = (await session.exec(query.order_by(col(Extension.pbx), col(Extension.extension)))).all()
    phones = [Phone(pbx=row.pbx, extension=row.extension) for row in rows]
    return Profile(user=user, team=team, phones=phones)


async def update_profile(
    unit: UnitOfWork, user_id: UUID, own: OwnChoices, *, theme: str | None = None
) -> User:
    """Change what users choose for themselves; None leaves a choice as it is."""
    check_choices(theme=theme)
    user = await get_user(unit.session, user_id)
    await choose(unit.session, user, own)
    user.theme = theme or user.theme
    user.updated_at = utc_now()
    unit.session.add(user)
    unit.publish(RecordChanged(at=user.updated_at, kind="user", record_id=user_id))
    return user


async def choose(session: AsyncSession, user: User, own: OwnChoices) -> None:
    """Put down what somebody has chosen, or that they follow the office."""
    office = await get_office(session)
    for name in ("language", "time_zone"):
        chosen: str | None = getattr(own, name)
        if chosen is None:
            continue
        if chosen != OFFICE:
            check_choices(**{name: chosen})
        setattr(user, name, chosen or getattr(office, name))
        setattr(user, f"has_own_{name}", chosen != OFFICE)


async def set_password(
    unit: UnitOfWork, user_id: UUID, password_hash: str, *, by: UUID | None, keep: str | None = None
) -> None:
    """Store a new password; every session ends but `keep`, known by its hash."""
    user = await get_user(unit.session, user_id)
    user.password_hash = password_hash
    user.must_change_password = False
    user.updated_at = utc_now()
    unit.session.add(user)
    await end_all_sessions(unit, user_id, but=keep)
    _tell(unit, "user.password_changed", user_id, by)


async def change_role(unit: UnitOfWork, user_id: UUID, role: str, *, by: UUID | None) -> User:
    """Give other rights: whatever was opened with the old ones ends."""
    check_choices(role=role)
    user = await get_user(unit.session, user_id)
    if user.role != role:
        await _keep_an_admin(unit.session, user, "role")
        before, user.role = user.role, role
        await end_everything(unit, user)
        _tell(unit, "user.role_changed", user_id, by, before={"role": before}, after={"role": role})
    return user


async def deactivate(unit: UnitOfWork, user_id: UUID, *, by: UUID | None) -> User:
    """Shut a leaver out at once and free the phones. The account stays: calls and notes name it."""
    user = await get_user(unit.session, user_id)
    if user.is_active:
        await _keep_an_admin(unit.session, user, "is_active")
        user.is_active = False
        await unit.session.exec(delete(Extension).where(col(Extension.user_id) == user_id))
        await end_everything(unit, user)
        _tell(unit, "user.deactivated", user_id, by)
    return user


async def _keep_an_admin(session: AsyncSession, user: User, field: str) -> None:
    """Refuse to take the last administrator away. Two who do it to one another wait in turn."""
    if user.role != "admin" or not user.is_active:
        return
    query = select(User.id).where(User.role == "admin", col(User.is_active)).with_for_update()
    if set((await session.exec(query)).all()) <= {user.id}:
        raise InvalidValue(
            field,
            "this is the last administrator: name another one first",
            reason="last_administrator",
        )


async def end_everything(unit: UnitOfWork, user: User) -> None:
    """End what a user has open anywhere: browsers, programs, screens."""
    user.updated_at = utc_now()
    user.version += 1
    unit.session.add(user)
    await end_all_sessions(unit, user.id)
    await revoke_all_tokens(unit, user.id)


def _tell(unit: UnitOfWork, action: str, user_id: UUID, by: UUID | None, **details: object) -> None:
    write_audit(unit, action, by=by, on=("user", user_id), details=details)
    unit.publish(RecordChanged(at=utc_now(), kind="user", record_id=user_id))
