"""Imports of clients: a file is kept, looked at, then read in batches, each a transaction.

The job's row moves with its batch, so a stopped server goes on where it was, and nothing is half
done or done twice.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.permissions import Person, Rights, Subject, within
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, NotFound
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.text import clean_text
from crm_core.kernel.upsert import table_of
from crm_core.records.client_view import ClientDraft
from crm_core.records.clients import create_client
from crm_core.records.import_file import (
    BadRow,
    Row,
    Table,
    check_mapping,
    guess_mapping,
    numbers_of,
    read_client,
)
from crm_core.records.search_text import sort_name
from crm_core.records.tables import Client, ClientPhone, ImportJob, ImportProblem

JOB = table_of(ImportJob)
BATCH = 100
LOOK_AT = 1_000  # lines that a preview reads
SHOWN = 20

OnCreated = Callable[[UnitOfWork, UUID], Awaitable[object]]
"""What else belongs to a new client: another room gives it the calls of its numbers."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of the first lines."""

    looked_at: int
    problems: Sequence[tuple[Row, BadRow]]
    same_phone: int
    same_name: int
    drafts: Sequence[ClientDraft] = field(default=())


async def add_import(
    unit: UnitOfWork, person: Person, rights: Rights, file_name: str, content: bytes, table: Table
) -> ImportJob:
    """Keep a file that was read; its columns are guessed by their names."""
    await rights.demand(person, "create", "import")
    job = ImportJob(
        id=uuid4(),
        file_name=clean_text(file_name, limit=300) or "clients.csv",
        content=content,
        mapping=guess_mapping(table.columns),
        total_rows=len(table.rows),
        user_id=person.user_id,
        created_at=utc_now(),
    )
    unit.session.add(job)
    _say(unit, job, "import.created", by=person.user_id, file=job.file_name, lines=job.total_rows)
    return job


async def get_import(
    session: AsyncSession, person: Person, rights: Rights, import_id: UUID, action: str = "read"
) -> ImportJob:
    """The job, if the person may know of it."""
    query = select(ImportJob).where(ImportJob.id == import_id)
    if action != "read":
        query = query.with_for_update()
    job = (await session.exec(query)).first()
    if job is None:
        raise NotFound("no such import")
    await rights.demand(person, action, Subject(id=job.id, kind="import", owner_id=job.user_id))
    return job


async def list_imports(
    session: AsyncSession, person: Person, rights: Rights
) -> Sequence[ImportJob]:
    """The newest imports that the person may know of."""
    await rights.demand(person, "read", "import")
    scope = rights.scope_of(person, "read", "import")
    owned = within(person, scope, owner=JOB.c.user_id, team=JOB.c.user_id)
    query = select(ImportJob).where(owned).order_by(col(ImportJob.created_at).desc()).limit(50)
    return (await session.exec(query)).all()


def change_import(
    job: ImportJob,
    mapping: Mapping[str, str] | None,
    *,
    skips_duplicates: bool | None,
    columns: int,
) -> None:
    """Say which column is what, before anything is read."""
    if job.state != "uploaded":
        raise Conflict("This import has begun already.")
    if mapping is not None:
        job.mapping = check_mapping(mapping, columns)
    if skips_duplicates is not None:
        job.skips_duplicates = skips_duplicates


async def start_import(
    unit: UnitOfWork, person: Person, rights: Rights, import_id: UUID
) -> ImportJob:
    """Let the reading begin."""
    job = await get_import(unit.session, person, rights, import_id, "update")
    await rights.demand(person, "create", "client")
    if job.state != "uploaded":
        raise Conflict("This import has begun already.")
    if "name" not in job.mapping.values():
        raise Conflict("Say first which column holds the name.")
    job.state = "running"
    unit.session.add(job)
    _say(unit, job, "import.started", by=person.user_id, file=job.file_name)
    return job


async def preview_import(
    session: AsyncSession, job: ImportJob, table: Table, *, region: str
) -> Preview:
    """Look at the first lines: what cannot be read, and who seems to be there already."""
    rows = table.rows[:LOOK_AT]
    problems, drafts = [], []
    for row in rows:
        try:
            drafts.append(read_client(row, job.mapping, region=region))
        except BadRow as bad:
            problems.append((row, bad))
    numbers = await _known_numbers(
        session, {number for draft in drafts for number in numbers_of(draft, region=region)}
    )
    names = await _known_names(session, {sort_name(draft.name) for draft in drafts})
    same_phone = [d for d in drafts if numbers.intersection(numbers_of(d, region=region))]
    same_name = [d for d in drafts if d not in same_phone and sort_name(d.name) in names]
    return Preview(
        len(rows), problems[:SHOWN], len(same_phone), len(same_name), tuple(drafts[:SHOWN])
    )


@dataclass(frozen=True, slots=True)
class Importer:
    """Whose rights the lines are read with, and what else a new client sets going."""

    person: Person
    rights: Rights
    region: str
    on_created: OnCreated

    async def read_batch(self, unit: UnitOfWork, import_id: UUID, table: Table) -> bool:
        """Read the next lines; False when there are none left."""
        query = select(ImportJob).where(ImportJob.id == import_id).with_for_update()
        job = (await unit.session.exec(query)).first()
        if job is None or job.state != "running":
            return False
        rows = table.rows[job.done_rows : job.done_rows + BATCH]
        for row in rows:
            try:
                draft = read_client(row, job.mapping, region=self.region)
            except BadRow as bad:
                _keep_problem(unit, job, row, bad)
                continue
            if job.skips_duplicates and await self._is_there(unit.session, draft):
                job.skipped_rows += 1
                continue
            client = await create_client(unit, self.person, self.rights, draft, region=self.region)
            await self.on_created(unit, client.id)
            job.created_rows += 1
        job.done_rows += len(rows)
        is_over = job.done_rows >= len(table.rows)
        if is_over:
            end_import(unit, job, "done")
        unit.session.add(job)
        return not is_over

    async def _is_there(self, session: AsyncSession, draft: ClientDraft) -> bool:
        """By a number; who has none is known by the name."""
        if numbers := numbers_of(draft, region=self.region):
            return bool(await _known_numbers(session, set(numbers)))
        return bool(await _known_names(session, {sort_name(draft.name)}))


def end_import(unit: UnitOfWork, job: ImportJob, state: str) -> None:
    """The job is over; the file itself is no longer needed."""
    job.state, job.ended_at, job.content = state, utc_now(), None
    unit.session.add(job)
    counts = job.model_dump(include={"created_rows", "skipped_rows", "failed_rows"})
    _say(unit, job, "import.ended", by=job.user_id, state=state, **counts)


async def list_problems(session: AsyncSession, import_id: UUID) -> Sequence[ImportProblem]:
    """The lines that could not be read, in their order."""
    query = select(ImportProblem).where(ImportProblem.import_id == import_id)
    return (await session.exec(query.order_by(col(ImportProblem.line)))).all()


def _keep_problem(unit: UnitOfWork, job: ImportJob, row: Row, bad: BadRow) -> None:
    job.failed_rows += 1
    cells = [clean_text(cell, limit=1_000) for cell in row.cells]
    unit.session.add(
        ImportProblem(
            import_id=job.id, line=row.line, field=bad.field, reason=bad.reason, cells=cells
        )
    )


async def _known_numbers(session: AsyncSession, numbers: set[str]) -> set[str]:
    known: set[str] = set()
    for part in _parts(numbers):
        query = select(ClientPhone.number).where(col(ClientPhone.number).in_(part))
        known.update((await session.exec(query)).all())
    return known


async def _known_names(session: AsyncSession, names: set[str]) -> set[str]:
    known: set[str] = set()
    for part in _parts(names):
        query = select(Client.sort_name).where(col(Client.sort_name).in_(part))
        known.update((await session.exec(query)).all())
    return known


def _parts(values: set[str]) -> list[list[str]]:
    ordered = sorted(values)
    return [ordered[at : at + 500] for at in range(0, len(ordered), 500)]


def _say(unit: UnitOfWork, job: ImportJob, action: str, *, by: UUID | None, **told: object) -> None:
    write_audit(unit, action, by=by, on=("import", job.id), details=told)
    unit.publish(RecordChanged(at=utc_now(), kind="import", record_id=job.id))
