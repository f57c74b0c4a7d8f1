"""Fixtures of the real PBX, for the tests here and for those that also look at a browser."""

import json
import os
import shutil
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests import postgresql
from tests.allo_clients import Api
from tests.allo_process import OLGA, AlloProcess, Person, pbx_setting, prepare
from tests.asterisk.desk import Desk
from tests.asterisk.install import AsteriskUnavailable, Installation, ensure_installed
from tests.asterisk.office import Office
from tests.asterisk.pbx import Pbx


@pytest.fixture(scope="session")
def installation() -> Installation:
    """The unpacked Asterisk. Where it cannot be had, the tests say why; in CI they fail."""
    try:
        return ensure_installed()
    except AsteriskUnavailable as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no real Asterisk here: {missing}")


def running_pbx(installation: Installation) -> Iterator[Pbx]:
    pbx = Pbx(installation)
    try:
        pbx.start()
        yield pbx
    finally:
        pbx.remove()


@pytest.fixture(scope="session")
def pbx(installation: Installation) -> Iterator[Pbx]:
    """A PBX that all gentle tests share: it must be left as it was found, without calls."""
    yield from running_pbx(installation)


@pytest.fixture
def own_pbx(installation: Installation) -> Iterator[Pbx]:
    """A PBX of this test alone, to be restarted, killed and frozen."""
    yield from running_pbx(installation)


@pytest.fixture
async def office(pbx: Pbx) -> AsyncIterator[Office]:
    """Phones and the provider's line round the shared PBX; all is hung up afterwards."""
    async with Office(pbx) as office:
        yield office


@pytest.fixture
async def own_office(own_pbx: Pbx) -> AsyncIterator[Office]:
    """Phones and the provider's line round this test's own PBX."""
    async with Office(own_pbx) as office:
        yield office


@dataclass(frozen=True, slots=True)
class Prepared:
    """An office with the schema and all the people: a data folder, and a database beside it."""

    data: Path
    cluster: str | None = None  # PostgreSQL's, with a place for a database's name
    template: str = ""  # the database there

    def install(self, directory: Path) -> AlloProcess:
        """A fresh installation with these people, not running, linked to nothing."""
        allo = AlloProcess(directory)
        shutil.copytree(self.data, directory / "data")
        if self.cluster is not None:
            name = f"allo_{uuid.uuid4().hex}"
            url = postgresql.create_database(self.cluster, name, template=self.template)
            allo.settings["ALLO_DATABASE_URL"] = url
        return allo


@pytest.fixture(scope="session")
def prepare_once(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Callable[[str], Prepared]:
    """Makes the people once for each engine, however often the tests change between engines."""

    @cache
    def prepare_on(engine: str) -> Prepared:
        allo = AlloProcess(tmp_path_factory.mktemp("prepared"))
        cluster: str | None = None
        template = f"peopled_{uuid.uuid4().hex}"  # the browser's tests have their own
        if engine == "postgresql":
            cluster = request.getfixturevalue("postgresql_cluster")
            assert cluster is not None
            allo.settings["ALLO_DATABASE_URL"] = postgresql.create_database(cluster, template)
        prepare(allo)
        return Prepared(allo.directory / "data", cluster, template)

    return prepare_on


@pytest.fixture(scope="session")
def prepared(served_by: str, prepare_once: Callable[[str], Prepared]) -> Prepared:
    """The people, on the engine that servers stand on in this test."""
    return prepare_once(served_by)


@contextmanager
def running_allo(directory: Path, prepared: Prepared, pbx: Pbx) -> Iterator[AlloProcess]:
    """A server with the prepared people, linked to `pbx`; what it said is shown if a test fails."""
    allo = prepared.install(directory)
    allo.settings["ALLO_PBX"] = pbx_setting(pbx)
    allo.settings["ALLO_AGI__PORT"] = str(pbx.agi_port)
    monitor = str(pbx.spool / "monitor")
    folder = {"path": monitor, "prefix": monitor}
    allo.settings["ALLO_RECORDINGS__FOLDERS"] = json.dumps([folder])
    allo.settings["ALLO_RECORDINGS__TIME_ZONE"] = "UTC"
    try:
        allo.start()
        yield allo
    finally:
        if allo.is_running:
            allo.stop()
        sys.stderr.write(allo.log)


@pytest.fixture(scope="session")
def allo(
    tmp_path_factory: pytest.TempPathFactory, prepared: Prepared, pbx: Pbx
) -> Iterator[AlloProcess]:
    """A server that all gentle tests share, linked to the shared PBX."""
    with running_allo(tmp_path_factory.mktemp("allo"), prepared, pbx) as allo:
        yield allo


@pytest.fixture
def own_allo(tmp_path: Path, prepared: Prepared, own_pbx: Pbx) -> Iterator[AlloProcess]:
    """A server of this test alone, linked to this test's own PBX."""
    with running_allo(tmp_path / "allo", prepared, own_pbx) as allo:
        yield allo


Desks = Callable[..., Awaitable[list[Desk]]]


def desks_in(allo: AlloProcess, office: Office, stack: AsyncExitStack) -> Desks:
    """How a test seats people: a phone, a session and an open tab for each."""

    async def seat(*people: Person) -> list[Desk]:
        return [await stack.enter_async_context(Desk.of(p, allo, office)) for p in people]

    return seat


@pytest.fixture
async def desks(allo: AlloProcess, office: Office) -> AsyncIterator[Desks]:
    """How a test seats people at the shared server and PBX."""
    async with AsyncExitStack() as stack:
        yield desks_in(allo, office, stack)


@pytest.fixture
async def own_desks(own_allo: AlloProcess, own_office: Office) -> AsyncIterator[Desks]:
    """How a test seats people at its own server and PBX."""
    async with AsyncExitStack() as stack:
        yield desks_in(own_allo, own_office, stack)


@pytest.fixture
async def olga(allo: AlloProcess) -> AsyncIterator[Api]:
    """The supervisor's REST client: she may read every call."""
    async with Api(allo) as api:
        yield await api.log_in(OLGA)
