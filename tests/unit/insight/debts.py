"""What tests of missed calls ask of the books, and do to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from crm_core.access.permissions import Person
from crm_core.calls.adoption import adopt_calls
from crm_core.calls.missed_calls.claims import claim, write_off
from crm_core.calls.missed_calls.listing import MissedCallQuery, list_missed_calls, read_books
from crm_core.calls.missed_calls.tables import MissedCall
from crm_core.calls.missed_calls.view import MissedCallBooks, MissedCallView
from crm_core.records.client_view import ClientView
from tests.unit.insight.log import Log


async def owed(log: Log, by: Person | None = None, **asked: Any) -> Sequence[MissedCallView]:
    async with log.floor.database.read() as session:
        query = MissedCallQuery(**asked)
        rights, person = log.floor.office.rights, by or log.floor.vera
        return (await list_missed_calls(session, person, rights, query, region="RU")).items


async def books(log: Log, by: Person | None = None, **asked: Any) -> MissedCallBooks:
    async with log.floor.database.read() as session:
        query = MissedCallQuery(**asked)
        rights, person = log.floor.office.rights, by or log.floor.vera
        return await read_books(session, person, rights, query, region="RU")


async def rows(log: Log) -> list[dict[str, Any]]:
    async with log.floor.database.read() as session:
        found = (await session.exec(select(MissedCall).order_by(col(MissedCall.id)))).all()
        return [row.model_dump() for row in found]


async def forgive(log: Log, by: Person, debt_id: UUID, reason: str = "Рекламный обзвон") -> None:
    async with log.floor.database.write() as unit:
        await write_off(unit, by, log.floor.office.rights, debt_id, reason)


async def take(log: Log, by: Person, debt_id: UUID, *, now: datetime | None = None) -> MissedCall:
    async with log.floor.database.write() as unit:
        return await claim(unit, by, log.floor.office.rights, debt_id, now=now)


async def add_phone(log: Log, client: ClientView, number: str) -> None:
    await log.floor.office.add_phone(log.floor.anna, client, number)
    async with log.floor.database.write() as unit:
        await adopt_calls(unit, client.id)
