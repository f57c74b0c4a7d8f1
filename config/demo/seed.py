"""Puts the made-up company into an empty database, through the same functions as everybody."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, update
from sqlmodel import col

from config.demo import words
from config.demo.company import MadeUpClient, make_clients
from config.demo.history import DAYS, PBX, PastCall, make_history
from config.demo.office import set_up_office
from config.demo.passwords import easy_password
from config.demo.recordings import with_recordings, write_files
from config.demo.sales import add_sales
from config.settings import Settings
from crm_core.access import teams, users
from crm_core.access.office import get_office
from crm_core.access.passwords import Passwords
from crm_core.access.permissions import Rights
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_log import CallWriter
from crm_core.calls.tables import Call
from crm_core.kernel.call_facts import CallResult
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database, UnitOfWork
from crm_core.kernel.phone import read_number
from crm_core.kernel.schema import migrate
from crm_core.records.client_view import ClientDraft, PhoneDraft
from crm_core.records.clients import create_client
from crm_core.records.tables import Activity, Record


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
    well_known: Sequence[str]  # people with a name to greet and a history to show


async def seed_database(settings: Settings, *, seed: int) -> Seeded:
    """Make the tables, the people, their clients, and months of calls."""
    await asyncio.to_thread(migrate, settings.database)
    now = utc_now()
    clients = make_clients(seed)
    history = with_recordings(make_history(clients, seed=seed, now=now))
    monitor = settings.recordings.folders[0].path
    await asyncio.to_thread(write_files, history, monitor, seed=seed)
    database = Database.connect(settings.database)
    try:
        people = await _add_people(database)
        await _add_clients(database, clients, seed=seed, now=now)
        await _add_calls(database, history)
        await add_sales(database, seed=seed, now=now)
        await set_up_office(database, pbx=PBX)
    finally:
        await database.close()
    return Seeded(
        people=people,
        numbers=[number for client in clients for number, _label in client.phones],
        missed_numbers=_missed_today(history, now),
        well_known=_well_known(clients, history),
    )


async def _add_people(database: Database) -> list[Colleague]:
    passwords = Passwords()
    chosen = [easy_password() for _ in words.COLLEAGUES]
    hashes = await asyncio.gather(*(passwords.hash(password) for password in chosen))
    people = []
    async with database.write() as unit:
        team_ids = await _add_teams(unit)
        (await get_office(unit.session)).is_set_up = True  # nothing is left to be wired
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
    database: Database, clients: Sequence[MadeUpClient], *, seed: int, now: datetime
) -> None:
    """Each by the colleague who looks after it."""
    chance = random.Random(seed)  # noqa: S311
    made_at: dict[UUID, datetime] = {}
    rights = await Rights.load(database)
    async with database.write() as unit:
        owners = {
            login: users.person_of(user)
            for login in {client.owner for client in clients}
            if (user := await users.find_by_login(unit.session, login))
        }
        for made_up in clients:
            company = clients[made_up.company].name if made_up.company is not None else None
            draft = ClientDraft(
                kind=made_up.kind,
                name=made_up.name,
                greeting_name=made_up.greeting_name,
                position=made_up.position,
                company_name=company,
                email=made_up.email,
                city=made_up.city,
                source=made_up.source,
                comment=made_up.comment,
                is_vip=made_up.is_vip,
                tags=list(made_up.tags),
                phones=[PhoneDraft(number=number, label=label) for number, label in made_up.phones],
            )
            client = await create_client(unit, owners[made_up.owner], rights, draft, region="RU")
            made_at[client.id] = now - timedelta(days=DAYS + chance.uniform(3, 600))
        await unit.session.flush()
        await _date_back(unit, made_at)


async def _date_back(unit: UnitOfWork, made_at: Mapping[UUID, datetime]) -> None:
    """Nobody believes a company that met all its clients a minute ago."""
    rows = [{"client_id": client_id, "at": at} for client_id, at in made_at.items()]
    connection = await unit.session.connection()
    client_id: BindParameter[UUID] = bindparam("client_id")
    at: BindParameter[datetime] = bindparam("at")
    await connection.execute(
        update(Record).where(col(Record.id) == client_id).values(created_at=at, updated_at=at), rows
    )
    await connection.execute(
        update(Activity).where(col(Activity.record_id) == client_id).values(at=at), rows
    )


async def _add_calls(database: Database, history: Sequence[PastCall]) -> None:
    """The call log's own writer takes them, as it takes those of a PBX."""
    directory = AgentDirectory()
    await directory.reload(database)
    writer = CallWriter(database, directory, {PBX: "RU"})
    writer.put(PBX, [past.call for past in history])
    await writer.flush()
    said = [
        {
            "call_id": past.call.call_id,
            "disposition": past.disposition,
            "note": past.note or "",
            "version": int(past.note is not None),
            "author": directory.user_at(PBX, past.call.handled_by or ""),
        }
        for past in history
        if past.note or past.disposition
    ]
    async with database.write() as unit:
        connection = await unit.session.connection()
        await connection.execute(
            update(Call)
            .where(col(Call.id) == bindparam("call_id"))
            .values(
                disposition=bindparam("disposition"),
                note=bindparam("note"),
                note_version=bindparam("version"),
                note_author_id=bindparam("author"),
            ),
            said,
        )


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


def _well_known(clients: Sequence[MadeUpClient], history: Sequence[PastCall]) -> list[str]:
    """The mobile numbers of people who called or were called several times."""
    calls = Counter(read_number(past.call.raw_number, "RU").number for past in history)
    people = [client.phones[0][0] for client in clients if client.greeting_name]
    return sorted((number for number in people if calls[number] >= 3), key=lambda it: -calls[it])
