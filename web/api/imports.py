"""REST: clients from files."""

import asyncio
import csv
import io
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from crm_core.kernel.errors import Conflict, Forbidden, InvalidValue, NotFound
from crm_core.records import imports
from crm_core.records.import_file import FILE_BYTES, Table, harmless, read_table
from crm_core.records.tables import ImportJob
from web.api.inputs import Input, Line, Name
from web.keys import DATABASE, RIGHTS
from web.operations import Raw, operation
from web.problems import BadRequest
from web.region import region_of
from web.visit import Visit

routes = web.RouteTableDef()

UPLOAD_SECONDS = 120.0


def _absent() -> Any:
    """Stands for a field that was not sent: the schema then promises no default."""
    return None


class UploadedFile(Input):
    """What the file is called where it comes from."""

    file_name: Line = "clients.csv"


class ImportChange(Input):
    """Which column is which field, by the column's number from 0."""

    mapping: dict[str, Name] = Field(default_factory=_absent, max_length=100)
    skips_duplicates: bool = Field(default_factory=_absent)


class ImportView(BaseModel):
    """An import and how far it is."""

    id: UUID
    file_name: str
    state: Literal["uploaded", "running", "done", "failed"]
    mapping: dict[str, str]
    skips_duplicates: bool
    total_rows: int
    done_rows: int
    created_rows: int
    skipped_rows: int
    failed_rows: int
    created_at: datetime
    ended_at: datetime | None


class ImportList(BaseModel):
    """The newest imports."""

    items: list[ImportView]
    next_cursor: str | None


class BadLine(BaseModel):
    """A line that cannot become a client."""

    line: int
    field: str
    reason: str


class ImportPreview(BaseModel):
    """What would come of the first lines of a file."""

    job: ImportView
    columns: list[str]
    samples: list[list[str]]
    looked_at: int
    bad_lines: list[BadLine]
    same_phone: int
    same_name: int


@routes.post("/api/imports")
@operation(201, errors=(Forbidden,), upload="text/csv")
async def create_import(visit: Visit, query: UploadedFile) -> ImportPreview:
    """Upload a file as `text/csv`; nothing is made of it before it is started."""
    await visit[RIGHTS].demand(visit.person, "create", "import")
    content = await _receive(visit)
    table = await asyncio.to_thread(read_table, content)
    async with visit[DATABASE].write() as unit:
        job = await imports.add_import(
            unit, visit.person, visit[RIGHTS], query.file_name, content, table
        )
    return await _preview(visit, job, table)


@routes.get("/api/imports")
@operation(errors=(Forbidden,))
async def list_imports(visit: Visit) -> ImportList:
    """The newest imports: one's own, or everybody's for administrators."""
    async with visit[DATABASE].read() as session:
        found = await imports.list_imports(session, visit.person, visit[RIGHTS])
    return ImportList(items=[_view(job) for job in found], next_cursor=None)


@routes.get("/api/imports/{import_id}")
@operation(errors=(NotFound, Forbidden))
async def get_import(visit: Visit, import_id: UUID) -> ImportView:
    """How far an import is."""
    async with visit[DATABASE].read() as session:
        return _view(await imports.get_import(session, visit.person, visit[RIGHTS], import_id))


@routes.patch("/api/imports/{import_id}")
@operation(errors=(NotFound, Forbidden, Conflict))
async def change_import(visit: Visit, import_id: UUID, body: ImportChange) -> ImportPreview:
    """Say which column is what, and see what would come of it."""
    sent = body.model_fields_set
    async with visit[DATABASE].write() as unit:
        job = await imports.get_import(
            unit.session, visit.person, visit[RIGHTS], import_id, "update"
        )
        table = await asyncio.to_thread(read_table, job.content or b"")
        imports.change_import(
            job,
            body.mapping if "mapping" in sent else None,
            skips_duplicates=body.skips_duplicates if "skips_duplicates" in sent else None,
            columns=len(table.columns),
        )
        unit.session.add(job)
    return await _preview(visit, job, table)


@routes.post("/api/imports/{import_id}/start")
@operation(errors=(NotFound, Forbidden, Conflict))
async def start_import(visit: Visit, import_id: UUID) -> ImportView:
    """Let the reading begin; it goes on in the background."""
    async with visit[DATABASE].write() as unit:
        return _view(await imports.start_import(unit, visit.person, visit[RIGHTS], import_id))


@routes.get("/api/imports/{import_id}/problems")
@operation(errors=(NotFound, Forbidden))
async def list_import_problems(visit: Visit, import_id: UUID) -> Raw:
    """The lines that could not be read, as a file that can be mended and imported."""
    async with visit[DATABASE].read() as session:
        await imports.get_import(session, visit.person, visit[RIGHTS], import_id)
        problems = await imports.list_problems(session, import_id)
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";")
    rows.writerow(["line", "field", "reason"])
    for one in problems:
        rows.writerow([one.line, one.field, one.reason, *map(harmless, one.cells)])
    return Raw(text="\ufeff" + written.getvalue(), content_type="text/csv")


async def _receive(visit: Visit) -> bytes:
    """The body, up to its own limit: files are larger than all else that is sent."""
    if (visit.request.content_length or 0) > FILE_BYTES:
        raise _too_large()
    received = bytearray()
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            async for chunk in visit.request.content.iter_chunked(64 * 1024):
                received += chunk
                if len(received) > FILE_BYTES:
                    raise _too_large()
    except TimeoutError:
        raise BadRequest("The body took too long to arrive.") from None
    return bytes(received)


def _too_large() -> InvalidValue:
    return InvalidValue("file", f"a file has at most {FILE_BYTES // 1024 // 1024} MB")


async def _preview(visit: Visit, job: ImportJob, table: Table) -> ImportPreview:
    async with visit[DATABASE].read() as session:
        seen = await imports.preview_import(
            session, job, table, region=await region_of(visit, session)
        )
    return ImportPreview(
        job=_view(job),
        columns=list(table.columns),
        samples=[[cell[:200] for cell in row.cells] for row in table.rows[:5]],
        looked_at=seen.looked_at,
        bad_lines=[
            BadLine(line=row.line, field=bad.field, reason=bad.reason) for row, bad in seen.problems
        ],
        same_phone=seen.same_phone,
        same_name=seen.same_name,
    )


def _view(job: ImportJob) -> ImportView:
    return ImportView.model_validate(job.model_dump(exclude={"content", "user_id"}))
