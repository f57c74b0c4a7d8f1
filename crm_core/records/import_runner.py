"""Reads imports in the background, one after another, a batch at a time.

Between two batches everybody else may write; after a restart a running import goes on.
"""

import asyncio
import contextlib
import logging
from uuid import UUID

from sqlmodel import col, select

from crm_core.access.office import read_phone_region
from crm_core.access.permissions import Rights
from crm_core.access.tables import User
from crm_core.access.users import person_of
from crm_core.kernel.database import Database
from crm_core.kernel.errors import CrmError
from crm_core.kernel.events import RecordChanged
from crm_core.records.import_file import read_table
from crm_core.records.imports import Importer, OnCreated, end_import
from crm_core.records.tables import ImportJob

logger = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 5.0  # another program may have begun an import
PAUSE_SECONDS = 0.02  # between two batches: calls go first


class ImportRunner:
    """Carries out what was started; subscribe `on_record_changed`, and `run` beside the rest."""

    def __init__(
        self, database: Database, rights: Rights, region: str, on_created: OnCreated
    ) -> None:
        self._database = database
        self._rights = rights
        self._region = region
        self._on_created = on_created
        self._is_wanted = asyncio.Event()

    async def on_record_changed(self, event: RecordChanged) -> None:
        """Somebody has started an import."""
        if event.kind == "import":
            self._is_wanted.set()

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            self._is_wanted.clear()
            try:
                await self.run_all()
            except CrmError as error:  # the database is away; the import is still there
                logger.warning("imports wait: %s", error)
            except Exception:
                logger.exception("an import could not go on")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                    await self._is_wanted.wait()

    async def run_all(self) -> None:
        """Read every import that was started to its end, the oldest first."""
        query = select(ImportJob.id).where(ImportJob.state == "running")
        async with self._database.read() as session:
            ids = (await session.exec(query.order_by(col(ImportJob.created_at)))).all()
        for import_id in ids:
            await self._read(import_id)

    async def _read(self, import_id: UUID) -> None:
        async with self._database.read() as session:
            job = await session.get(ImportJob, import_id)
            user = await session.get(User, job.user_id) if job and job.user_id else None
            region = await read_phone_region(session, self._region)
        if job is None:
            return
        if user is None or not user.is_active or job.content is None:
            await self._give_up(import_id)
            return
        try:
            table = await asyncio.to_thread(read_table, job.content)
            importer = Importer(person_of(user), self._rights, region, self._on_created)
            is_left = True
            while is_left:
                async with self._database.write() as unit:
                    is_left = await importer.read_batch(unit, import_id, table)
                await asyncio.sleep(PAUSE_SECONDS)
        except CrmError as error:
            logger.warning("import %s ends early: %s", import_id, error.code)
            await self._give_up(import_id)

    async def _give_up(self, import_id: UUID) -> None:
        async with self._database.write() as unit:
            job = await unit.session.get(ImportJob, import_id)
            if job is not None and job.state == "running":
                end_import(unit, job, "failed")
