"""Commands about people and programs: `allo user …` and `allo token …`."""

import argparse
import asyncio
import getpass
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from config.data_directory import prepare
from config.errors import CannotStart, WrongUsage
from config.settings import Settings, load_settings
from crm_core.access import teams, tokens, users
from crm_core.access.passwords import Passwords, check_password
from crm_core.access.tables import User
from crm_core.calls.pbx.links import list_links
from crm_core.kernel.database import Database, UnitOfWork
from crm_core.kernel.errors import NotFound
from crm_core.kernel.schema import check_schema
from crm_core.sales.handover import let_go

T = TypeVar("T")

DEFAULT_PBX = "main"


def add_user(chosen: argparse.Namespace) -> None:
    """`allo user add`"""
    settings = load_settings()
    password = _ask_password(chosen, login=chosen.login)

    async def work(database: Database) -> dict[str, object]:
        password_hash = await Passwords().hash(password)
        async with database.write() as unit:
            phones = await _phones(unit.session, chosen, settings)
            team_id = await _team(unit, chosen.team) if chosen.team else teams.DEFAULT_TEAM_ID
            user = await users.add_user(
                unit,
                users.NewUser(
                    login=chosen.login,
                    name=chosen.name,
                    role=chosen.role,
                    password_hash=password_hash,
                    phones=phones,
                    team_id=team_id,
                ),
            )
            return {"id": str(user.id), "login": user.login, "role": user.role}

    made = _with_database(settings, work)
    _print(made, as_json=chosen.json, text=f"{made['login']} may log in as {made['role']}")


def list_users(chosen: argparse.Namespace) -> None:
    """`allo user list`"""

    async def work(database: Database) -> list[dict[str, object]]:
        async with database.read() as session:
            everybody = await users.list_users(session)
            return [await _user_row(session, user) for user in everybody]

    rows = _with_database(load_settings(), work)
    lines = [
        f"{row['login']:<16} {row['role']:<11} {row['phones'] or '-':<12} {row['name']}"
        for row in rows
    ]
    _print(rows, as_json=chosen.json, text="\n".join(lines) or "nobody yet: allo user add")


def set_password(chosen: argparse.Namespace) -> None:
    """`allo user password`"""
    settings = load_settings()
    password = _ask_password(chosen, login=chosen.login)

    async def work(database: Database) -> None:
        password_hash = await Passwords().hash(password)
        async with database.write() as unit:
            user = await _user(unit.session, chosen.login)
            await users.set_password(unit, user.id, password_hash, by=None)

    _with_database(settings, work)
    print(f"{chosen.login} has a new password; open sessions have ended")


def set_role(chosen: argparse.Namespace) -> None:
    """`allo user role`"""

    async def work(database: Database) -> None:
        async with database.write() as unit:
            user = await _user(unit.session, chosen.login)
            await users.change_role(unit, user.id, chosen.role, by=None)

    _with_database(load_settings(), work)
    print(f"{chosen.login} is {chosen.role} now")


def disable_user(chosen: argparse.Namespace) -> None:
    """`allo user disable`"""

    async def work(database: Database) -> None:
        async with database.write() as unit:
            user = await _user(unit.session, chosen.login)
            heir = await _user(unit.session, chosen.hand_over_to) if chosen.hand_over_to else None
            is_decided = heir is not None or chosen.to_team
            to = heir.id if heir else None
            await let_go(unit, user.id, to, is_decided=is_decided, by=None)

    _with_database(load_settings(), work)
    print(f"{chosen.login} can no longer log in")


def create_token(chosen: argparse.Namespace) -> None:
    """`allo token create`: the token alone on stdout, so that a program can read it."""

    async def work(database: Database) -> str:
        async with database.write() as unit:
            user = await _user(unit.session, chosen.login)
            return await tokens.create_token(unit, user.id, name=chosen.name)

    token = _with_database(load_settings(), work)
    _print({"token": token, "login": chosen.login}, as_json=chosen.json, text=token)


def list_tokens(chosen: argparse.Namespace) -> None:
    """`allo token list`"""

    async def work(database: Database) -> list[dict[str, object]]:
        async with database.read() as session:
            return [
                {
                    "id": str(token.id),
                    "login": user.login,
                    "name": token.name,
                    "created_at": token.created_at.isoformat(),
                    "last_used_at": token.last_used_at and token.last_used_at.isoformat(),
                }
                for user in await users.list_users(session)
                for token in await tokens.list_tokens(session, user.id)
            ]

    rows = _with_database(load_settings(), work)
    lines = [f"{row['id']}  {row['login']:<16} {row['name']}" for row in rows]
    _print(rows, as_json=chosen.json, text="\n".join(lines) or "no tokens")


def revoke_token(chosen: argparse.Namespace) -> None:
    """`allo token revoke`"""
    try:
        token_id = UUID(chosen.id)
    except ValueError:
        raise WrongUsage("a token is named by its id: see `allo token list`") from None

    async def work(database: Database) -> None:
        async with database.write() as unit:
            await tokens.revoke_token(unit, token_id, by=None)

    _with_database(load_settings(), work)
    print("the token no longer works")


def _with_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Do `work` on a database that was found in order."""

    async def whole() -> T:
        async with open_database(settings) as database:
            return await work(database)

    return asyncio.run(whole())


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """A database in order, closed at the end."""
    prepare(settings.data_directory)
    database = Database.connect(settings.database)
    try:
        await check_schema(database)
        yield database
    finally:
        await database.close()


async def _user(session: AsyncSession, login: str) -> User:
    user = await users.find_by_login(session, login)
    if user is None:
        raise NotFound(f"nobody has the login {login}")
    return user


async def _user_row(session: AsyncSession, user: User) -> dict[str, object]:
    profile = await users.get_profile(session, user.id)
    return {
        "id": str(user.id),
        "login": user.login,
        "name": user.name,
        "role": user.role,
        "team": profile.team.name if profile.team else None,
        "phones": ",".join(f"{phone.extension}@{phone.pbx}" for phone in profile.phones),
    }


async def _team(unit: UnitOfWork, name: str) -> UUID:
    for team in await teams.list_teams(unit.session):
        if team.name == name:
            return team.id
    return (await teams.add_team(unit, name)).id


async def _phones(
    session: AsyncSession, chosen: argparse.Namespace, settings: Settings
) -> list[users.Phone]:
    """The phones that were named, each of one PBX."""
    if not chosen.extension:
        return []
    pbx = _pbx_of(chosen.pbx, await _known_links(session, settings))
    return [users.Phone(pbx=pbx, extension=extension) for extension in chosen.extension]


async def _known_links(session: AsyncSession, settings: Settings) -> list[str]:
    """The names of the PBX links: those of the settings, or else of the rows."""
    if settings.pbx:
        return [pbx.name for pbx in settings.pbx]
    return [row.name for row in await list_links(session)]


def _pbx_of(named: str | None, known: list[str]) -> str:
    if named is None:
        if len(known) > 1:
            raise WrongUsage(f"say with --pbx which PBX is meant: {', '.join(known)}")
        return known[0] if known else DEFAULT_PBX
    if known and named not in known:
        raise CannotStart(f"there is no PBX link called {named}, only {', '.join(known)}")
    return named


def _ask_password(chosen: argparse.Namespace, *, login: str) -> str:
    """From standard input or typed twice; never from the arguments, which everybody can see."""
    if chosen.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Once more: ") != password:
            raise CannotStart("the two passwords differ")
    else:
        raise WrongUsage("give the password on standard input, with --password-stdin")
    check_password(password, login=login)
    return password


def _print(
    made: dict[str, object] | Sequence[dict[str, object]], *, as_json: bool, text: str
) -> None:
    print(json.dumps(made, ensure_ascii=False) if as_json else text)
