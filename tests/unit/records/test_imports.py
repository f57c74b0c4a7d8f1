"""Imports: a batch is a transaction, and doing it again makes nobody twice."""

from uuid import UUID

import pytest
from sqlmodel import func, select

from crm_core.access.permissions import Person
from crm_core.access.users import deactivate
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from crm_core.records import imports
from crm_core.records.import_file import read_table
from crm_core.records.import_runner import ImportRunner
from crm_core.records.tables import Client, ImportJob
from tests.unit.records.office import Office


async def bring(office: Office, by: Person, text: str, *, starts: bool = True) -> UUID:
    table = read_table(text.encode())
    async with office.database.write() as unit:
        job = await imports.add_import(unit, by, office.rights, "clients.csv", text.encode(), table)
        await unit.session.flush()
        if starts:
            await imports.start_import(unit, by, office.rights, job.id)
        return job.id


async def nothing_more(_unit: UnitOfWork, _client_id: UUID) -> None:
    """Nobody else waits for new clients here."""


async def read_all(office: Office) -> None:
    await ImportRunner(office.database, office.rights, "RU", nothing_more).run_all()


async def job_of(office: Office, import_id: UUID) -> ImportJob:
    async with office.database.read() as session:
        job = await session.get(ImportJob, import_id)
    assert job is not None
    return job


async def count_clients(office: Office) -> int:
    async with office.database.read() as session:
        return (await session.exec(select(func.count()).select_from(Client))).one()


async def test_clients_come_in_with_their_numbers_and_bad_lines_are_kept(office: Office) -> None:
    vera = await office.hire("vera", role="manager")
    text = "Имя,Телефон\nАнна,89161234567\nБорис,кто знает\nВиктор,89161234568\n"
    import_id = await bring(office, vera, text)
    await read_all(office)

    job = await job_of(office, import_id)
    assert (job.state, job.created_rows, job.failed_rows) == ("done", 2, 1)
    assert job.content is None
    assert await office.names(vera) == ["Анна", "Виктор"]
    async with office.database.read() as session:
        (problem,) = await imports.list_problems(session, import_id)
    assert (problem.line, problem.field) == (3, "phone")
    assert problem.cells == ["Борис", "кто знает"]


async def test_the_same_file_twice_makes_nobody_twice(office: Office) -> None:
    vera = await office.hire("vera", role="manager")
    text = "name,phone\n" + "".join(f"Клиент {n},8916000{n:04}\n" for n in range(250))
    await bring(office, vera, text + "Без номера,\n")
    again = await bring(office, vera, text + "без номера,\n")
    await read_all(office)
    await read_all(office)

    job = await job_of(office, again)
    assert (job.created_rows, job.skipped_rows) == (0, 251)
    assert await count_clients(office) == 251


async def break_off(office: Office, importer: imports.Importer, job: UUID, text: str) -> None:
    """The power goes within a batch."""
    async with office.database.write() as unit:
        await importer.read_batch(unit, job, read_table(text.encode()))
        raise ZeroDivisionError


async def test_an_import_that_was_cut_off_goes_on_where_it_was(office: Office) -> None:
    vera = await office.hire("vera", role="manager")
    text = "name,phone\n" + "".join(f"Клиент {n},8916000{n:04}\n" for n in range(250))
    import_id = await bring(office, vera, text)
    importer = imports.Importer(vera, office.rights, "RU", nothing_more)
    async with office.database.write() as unit:
        assert await importer.read_batch(unit, import_id, read_table(text.encode()))
    with pytest.raises(ZeroDivisionError):
        await break_off(office, importer, import_id, text)
    job = await job_of(office, import_id)
    assert (job.done_rows, await count_clients(office)) == (100, 100)

    await read_all(office)
    job = await job_of(office, import_id)
    assert (job.state, job.done_rows, job.created_rows) == ("done", 250, 250)
    assert await count_clients(office) == 250


async def test_a_preview_counts_who_is_there_and_changes_nothing(office: Office) -> None:
    vera = await office.hire("vera", role="manager")
    await office.add(vera, "Анна Орлова", "89161234567")
    text = "name;phone\nКто-то;+7 916 123-45-67\nанна  орлова;\n;1\nНовый;89161112233\n"
    import_id = await bring(office, vera, text, starts=False)
    job = await job_of(office, import_id)
    async with office.database.read() as session:
        seen = await imports.preview_import(session, job, read_table(text.encode()), region="RU")

    assert (seen.looked_at, seen.same_phone, seen.same_name) == (4, 1, 1)
    assert [(row.line, bad.field) for row, bad in seen.problems] == [(4, "name")]
    assert await count_clients(office) == 1


async def test_an_import_is_begun_once_and_by_who_may(office: Office) -> None:
    anna, vera = await office.hire("anna"), await office.hire("vera", role="manager")
    other = await office.hire("olga", role="manager")
    with pytest.raises(Forbidden):
        await bring(office, anna, "name\nА\n")
    import_id = await bring(office, vera, "name\nА\n")
    for person, error in ((vera, Conflict), (other, NotFound)):
        with pytest.raises(error):
            async with office.database.write() as unit:
                await imports.start_import(unit, person, office.rights, import_id)


async def test_without_a_column_for_the_name_nothing_begins(office: Office) -> None:
    vera = await office.hire("vera", role="manager")
    with pytest.raises(Conflict):
        await bring(office, vera, "Кличка\nА\n")


async def test_the_import_of_who_has_left_ends(office: Office) -> None:
    vera = await office.hire("vera", role="manager")
    import_id = await bring(office, vera, "name\nА\n")
    async with office.database.write() as unit:
        await deactivate(unit, vera.user_id, by=None)
    await read_all(office)

    assert (await job_of(office, import_id)).state == "failed"
    assert await count_clients(office) == 0
