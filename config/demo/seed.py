"""Puts the made-up company into an empty database, through the same functions as everybody."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.demo import words
from config.demo.company import MadeUpClient, make_clients
from config.demo.history import PBX, PastCall, make_history
from config.demo.passwords import easy_password
from config.settings import Settings
from crm_core.access import teams, users
from crm_core.access.passwords import Passwords
from crm_core.calls.agents import AgentDirectory
from crm_core.calls.call_log import CallWriter
from crm_core.kernel.call_facts import CallResult
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database, UnitOfWork
from crm_core.kernel.schema import migrate


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody of the made-up company who can log in."""

    user_id: UUID
    login: str
    password: str
    role: str
    extension: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """Who is there now: people who log in, and the numbers that may call."""

    people: Sequence[Colleague]
    numbers: Sequence[str]
    missed_numbers: Sequence[str]  # called today, and nobody answered


async def seed_database(settings: Settings, *, seed: int) -> Seeded:
    """Make the tables, the people, their clients, and months of calls."""
    await asyncio.to_thread(migrate, settings.database)
    now = utc_now()
    clients = make_clients(seed)
    history = make_history(clients, seed=seed, now=now)
    database = Database.connect(settings.database)
    try:
        people = await _add_people(database)
        by_login = {person.login: person.user_id for person in people}
        await _add_clients(database, clients, by_login)
        await _add_calls(database, history)
    finally:
        await database.close()
    return Seeded(
        people=people,
        numbers=[number for client in clients for number, _label in client.phones],
        missed_numbers=_missed_today(history, now),
    )


async def _add_people(database: Database) -> list[Colleague]:
    passwords = Passwords()
    chosen = [easy_password() for _ in words.COLLEAGUES]
    hashes = await asyncio.gather(*(passwords.hash(password) for password in chosen))
    people = []
    async with database.write() as unit:
        team_ids = await _add_teams(unit)
        for row, password, password_hash in zip(words.COLLEAGUES, chosen, hashes, strict=True):
            login, name, role, extension, team, _queues = row
            user = await users.add_user(
                unit,
                users.NewUser(
                    login=login,
                    name=name,
                    role=role,
                    password_hash=password_hash,
                    phones=[users.Phone(pbx=PBX, extension=extension)],
                    team_id=team_ids[team],
                ),
            )
            people.append(
                Colleague(
                    user_id=user.id, login=login, password=password, role=role, extension=extension
                )
            )
    return people


async def _add_teams(unit: UnitOfWork) -> Mapping[str, UUID]:
    names = dict.fromkeys(
        team for _login, _name, _role, _extension, team, _queues in words.COLLEAGUES
    )
    return {name: (await teams.add_team(unit, name)).id for name in names}


async def _add_clients(
    database: Database, clients: Sequence[MadeUpClient], by_login: Mapping[str, UUID]
) -> None:
    pass


async def _add_calls(database: Database, history: Sequence[PastCall]) -> None:
    """The call log's own writer takes them, as it takes those of a PBX."""
    directory = AgentDirectory()
    await directory.reload(database)
    writer = CallWriter(database, directory, {PBX: "RU"})
    writer.put(PBX, [past.call for past in history])
    await writer.flush()


def _missed_today(history: Sequence[PastCall], now: datetime) -> list[str]:
    """Who called today in vain and was not spoken to since: the first that should call again."""
    waiting: dict[str, None] = {}
    for past in history:
        number = past.call.raw_number or ""
        if (now - past.call.started_at).total_seconds() > 12 * 3600:
            continue
        if past.call.result is CallResult.ANSWERED:
            waiting.pop(number, None)
        elif past.call.direction == "inbound":
            waiting[number] = None
    return list(waiting)
