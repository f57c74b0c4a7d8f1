"""A PostgreSQL of the tests' own: a private cluster on a Unix socket, gone when the tests end."""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from crm_core.kernel.engines import read_url
from tests import memory

DEBIAN = Path("/usr/lib/postgresql")


def find_programs() -> Path | None:
    """Where initdb and pg_ctl live: in Debian's own folder, or on the PATH."""
    debian = sorted(DEBIAN.glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which("pg_ctl")
    return Path(found).parent if found else None


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """Start a cluster; gives the URL's beginning, to which `{database}` is to be filled in."""
    directory = Path(tempfile.mkdtemp(prefix="allo-pg-", dir=memory.room()))
    owner = unprivileged()
    try:
        if owner is not None:
            os.chown(directory, owner.pw_uid, owner.pw_gid)
        data = directory / "data"
        run_as(owner, programs / "initdb", "-D", data, "-U", "allo", "-A", "trust", "-E", "UTF8")
        options = f"-k {directory} -c listen_addresses= -c fsync=off -c max_connections=200"
        options += " -c dynamic_shared_memory_type=mmap"  # in its own folder: gone with it
        log = directory / "log"
        run_as(owner, programs / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            yield f"postgresql://allo@/{{database}}?host={directory}"
        finally:
            run_as(owner, programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(directory)


def create_database(cluster_url: str, name: str, *, template: str = "template0") -> str:
    """Make a database in the cluster and give its URL."""
    # Copied as files: a database of the tests is small, and nothing waits for the disk here.
    _order(cluster_url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return cluster_url.format(database=name)


def drop_database(cluster_url: str, name: str) -> None:
    """Give a database's room back, whoever is still connected to it."""
    _order(cluster_url, f"DROP DATABASE {name} WITH (FORCE)")


def _order(cluster_url: str, statement: str) -> None:
    async def carry_out() -> None:
        url = read_url(cluster_url.format(database="postgres"))
        engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        async with engine.connect() as connection:
            await connection.execute(text(statement))

    asyncio.run(carry_out())


def unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: somebody else must do it then."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def run_as(owner: pwd.struct_passwd | None, *command: object) -> None:
    done = subprocess.run(
        [str(word) for word in command],
        user=owner.pw_uid if owner else None,
        group=owner.pw_gid if owner else None,
        extra_groups=[] if owner else None,
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}")
