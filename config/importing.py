"""`allo import clients FILE`: the same import as on the screens, carried out at once."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from config.errors import CannotStart
from config.people import open_database
from config.settings import Settings, load_settings
from crm_core.access.office import read_phone_region
from crm_core.access.permissions import Person, Rights
from crm_core.access.tables import User
from crm_core.access.users import find_by_login, person_of
from crm_core.calls.adoption import adopt_calls
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.errors import InvalidValue
from crm_core.records import imports
from crm_core.records.import_file import FILE_BYTES, Table, guess_mapping, read_table
from crm_core.records.import_runner import ImportRunner
from crm_core.records.tables import ImportJob


def run(chosen: argparse.Namespace) -> int:
    """Exit status 1 when a line could not be read: the others are in."""
    settings = load_settings()
    content = _read_file(Path(chosen.file))
    table = read_table(content)

    async def whole() -> dict[str, Any]:
        async with open_database(settings) as database:
            return await _import(database, settings, chosen, content, table)

    told = asyncio.run(whole())
    print(json.dumps(told, ensure_ascii=False) if chosen.json else _in_words(told))
    return 1 if told["bad_lines"] else 0


async def _import(
    database: Database, settings: Settings, chosen: argparse.Namespace, content: bytes, table: Table
) -> dict[str, Any]:
    rights = await Rights.load(database)
    async with database.read() as session:
        person = await _person(session, chosen.login)
        if chosen.check:
            region = await read_phone_region(session, settings.phone_region)
            return await _look(session, table, region)
    async with database.write() as unit:
        name = Path(chosen.file).name
        job = await imports.add_import(unit, person, rights, name, content, table)
        job.skips_duplicates = not chosen.keep_duplicates
        _demand_a_name(job, table)
        job_id = job.id
        await unit.session.flush()
        await imports.start_import(unit, person, rights, job_id)
    await ImportRunner(database, rights, settings.phone_region, adopt_calls).run_all()
    async with database.read() as session:
        ended = await session.get(ImportJob, job_id)
        problems = await imports.list_problems(session, job_id)
    assert ended is not None  # noqa: S101 - written above; nobody deletes imports
    return {
        "total": ended.total_rows,
        "created": ended.created_rows,
        "skipped": ended.skipped_rows,
        "bad_lines": [_line(one.line, one.field, one.reason) for one in problems],
    }


async def _look(session: AsyncSession, table: Table, region: str) -> dict[str, Any]:
    """What would come of it; nothing is written."""
    job = ImportJob(
        id=uuid4(), mapping=guess_mapping(table.columns), created_at=utc_now(), file_name=""
    )
    _demand_a_name(job, table)
    seen = await imports.preview_import(session, job, table, region=region)
    return {
        "total": len(table.rows),
        "same_phone": seen.same_phone,
        "same_name": seen.same_name,
        "bad_lines": [_line(row.line, bad.field, bad.reason) for row, bad in seen.problems],
    }


def _demand_a_name(job: ImportJob, table: Table) -> None:
    if "name" not in job.mapping.values():
        columns = ", ".join(table.columns[:20])
        raise InvalidValue("file", f"no column is called name or имя, only: {columns}")


def _line(line: int, field: str, reason: str) -> dict[str, Any]:
    return {"line": line, "field": field, "reason": reason}


def _in_words(told: dict[str, Any]) -> str:
    if "created" in told:
        head = f"{told['created']} clients made, {told['skipped']} were there already"
    else:
        head = (
            f"{told['total']} lines; in the first of them {told['same_phone']} have a number "
            f"and {told['same_name']} a name that is there already"
        )
    bad = [f"line {one['line']}: {one['field']}: {one['reason']}" for one in told["bad_lines"]]
    return "\n".join([head, *bad])


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(FILE_BYTES + 1)
    except OSError as error:
        raise CannotStart(f"{path} cannot be read: {error.strerror or error}") from None


async def _person(session: AsyncSession, login: str | None) -> Person:
    if login is not None:
        user = await find_by_login(session, login)
        if user is None or not user.is_active:
            raise CannotStart(f"nobody has the login {login}")
        return person_of(user)
    query = select(User).where(User.role == "admin", col(User.is_active))
    first = (await session.exec(query.order_by(col(User.created_at)))).first()
    if first is None:
        raise CannotStart("there is no administrator yet: say with --login whose clients they are")
    return person_of(first)
