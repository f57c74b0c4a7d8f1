"""The index that finds a part of a client's name or number follows every change."""

import sqlite3
import uuid

import pytest
from sqlalchemy import Uuid, text
from sqlmodel import col, delete, update

from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.records.tables import Client, Record
from tests.engines import ON_SQLITE

pytestmark = ON_SQLITE

FOUND = text(
    """
    SELECT client_id FROM client_search
    JOIN client_search_key ON client_search_key.key = client_search.rowid
    WHERE client_search MATCH :part
    """
).columns(client_id=Uuid)


async def add(database: Database, words: str) -> uuid.UUID:
    now, client_id = utc_now(), uuid.uuid4()
    async with database.write() as unit:
        unit.session.add(
            Record(id=client_id, kind="client", title=words, created_at=now, updated_at=now)
        )
        await unit.session.flush()
        unit.session.add(Client(id=client_id, kind="person", name=words, search_text=words))
    return client_id


async def found(database: Database, part: str) -> list[uuid.UUID]:
    rows = await database.ring.fetch(FOUND, {"part": f'"{part}"'})
    return [row.client_id for row in rows]


@pytest.mark.parametrize("part", ["анна сер", "ергеев", "79161", "1234567"])
async def test_a_client_is_found_by_any_part(database: Database, part: str) -> None:
    anna = await add(database, "анна сергеевна +79161234567")
    await add(database, "борис +74950000000")

    assert await found(database, part) == [anna]


async def test_a_changed_client_is_found_by_the_new_words_only(database: Database) -> None:
    anna = await add(database, "анна сергеевна")
    async with database.write() as unit:
        change = update(Client).where(col(Client.id) == anna)
        await unit.session.exec(change.values(search_text="анна павловна"))

    assert await found(database, "павлов") == [anna]
    assert await found(database, "сергеев") == []


async def test_a_removed_client_is_found_no_more(database: Database) -> None:
    anna, boris = await add(database, "анна иванова"), await add(database, "борис иванов")
    async with database.write() as unit:
        await unit.session.exec(delete(Client).where(col(Client.id) == anna))

    assert await found(database, "иванов") == [boris]


async def test_tidying_the_file_up_mixes_nobody_up(database: Database, database_url: str) -> None:
    clients = [await add(database, f"клиент номер {number:03}") for number in range(20)]
    async with database.write() as unit:
        await unit.session.exec(delete(Client).where(col(Client.id).in_(clients[:10])))
    await database.close()
    file = sqlite3.connect(database_url.removeprefix("sqlite:///"))
    file.execute("VACUUM")
    file.close()

    assert await found(database, "номер 015") == [clients[15]]
    assert await found(database, "номер 005") == []
