"""The programs under measurement, each in a process of its own."""

import asyncio
import contextlib
import json
import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.bench.driver import Pbx
from tests.bench.office import Office
from tests.ports import free_port

STILL_SECONDS = 4  # on a busy machine the writer may well wait for a second or two


@dataclass(frozen=True, slots=True)
class Subject:
    """A running program under measurement."""

    name: str
    process: asyncio.subprocess.Process
    push_urls: Sequence[str]
    headers: Sequence[dict[str, str]]

    def cpu_seconds(self) -> float:
        """Processor time that the program has used so far."""
        return cpu_seconds_of(self.process.pid)

    def peak_mib(self) -> float:
        """Largest resident size so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


def cpu_seconds_of(process: int) -> float:
    """Processor time that a process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.asynccontextmanager
async def floor(pbx: Pbx, office: Office, folder: Path) -> AsyncIterator[Subject]:
    """The least program, running."""
    port = free_port()
    command = ["-m", "tests.bench.floor", str(pbx.port), str(port), str(office.database)]
    async with running([sys.executable, *command], dict(os.environ), folder) as process:
        await asyncio.wait_for(pbx.logged_in.wait(), 20)
        urls = [f"ws://127.0.0.1:{port}/?extension={each}" for each in office.extensions]
        yield Subject("floor", process, urls, [{} for _ in urls])


@contextlib.asynccontextmanager
async def allo(pbx: Pbx, office: Office, folder: Path) -> AsyncIterator[Subject]:
    """The product, running as an office runs it."""
    web, push = free_port(), free_port()
    more = {"ALLO_WEB__PORT": str(web), "ALLO_PUSH__PORT": str(push), "ALLO_PBX": link_to(pbx)}
    async with serving(office.url, folder, **more) as process:
        await asyncio.wait_for(pbx.logged_in.wait(), 30)
        headers = [{"Authorization": f"Bearer {token}"} for token in office.tokens[:-1]]
        urls = [f"ws://127.0.0.1:{push}/push"] * len(headers)
        yield Subject("allo", process, urls, headers)
        await _until_written(office.database)


def link_to(pbx: Pbx) -> str:
    """The setting that makes the program follow this PBX."""
    link = {"name": "bench", "host": "127.0.0.1", "port": pbx.port, "username": "bench"}
    return json.dumps([link | {"secret": "bench", "trunks": ["PJSIP/provider"]}])


@contextlib.asynccontextmanager
async def serving(
    url: str, folder: Path, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`allo serve` on a database, ready."""
    async with begun(url, folder, **settings) as process:
        await until_ready(int(settings["ALLO_WEB__PORT"]))
        yield process


@contextlib.asynccontextmanager
async def begun(
    url: str, folder: Path, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`allo serve`, from its first moment on."""
    given = {"ALLO_DATABASE_URL": url, "ALLO_DATA_DIRECTORY": str(folder / "data"), **settings}
    command = [str(Path(sys.executable).parent / "allo"), "serve"]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ALLO_")}
    async with running(command, kept | given, folder) as process:
        yield process


@contextlib.asynccontextmanager
async def running(
    command: Sequence[str], environment: dict[str, str], folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program until the block exits; what it says to people is kept, and shown if all fails."""
    with (folder / f"{Path(command[0]).name}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=log, stderr=log
        )
        try:
            yield process
        except BaseException:
            say(Path(log.name).read_text(errors="replace")[-2000:])
            raise
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def until_ready(port: int, *, look_seconds: float = 0.1, seconds: float = 30) -> None:
    """Wait until the program says that it is ready."""
    url = f"http://127.0.0.1:{port}/readyz"
    async with aiohttp.ClientSession() as session, asyncio.timeout(seconds):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(look_seconds)


async def _until_written(database: Path) -> None:
    """Wait until the call log stands still: what is then missing is lost."""
    counts = [-1]
    while len(counts) <= STILL_SECONDS or len(set(counts[-STILL_SECONDS:])) > 1:
        await asyncio.sleep(1)
        counts.append(calls_in_log(database))


def calls_in_log(database: Path) -> int:
    """How many calls have ended in the call log."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        row = connection.execute("SELECT count(*) FROM call WHERE status = 'ended'").fetchone()
        return int(row[0])


def say(line: str) -> None:
    """Tell the person who waits; the table alone goes to the output."""
    print(line, file=sys.stderr, flush=True)
