"""Who changes their mind while Allo starts: it ends at once, and says nothing of its insides."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.config.conftest import CommandLine, Start

BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
QUIET_ENDS = {0, 130, -signal.SIGTERM}
# Says when the first module is looked for: from then on it is Allo that answers a signal.
BEGIN = """
import sys
class Begun:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "config.cli":
            print("begun", flush=True)
sys.meta_path.insert(0, Begun)
import config.start
config.start.main()
"""


@pytest.mark.parametrize(
    ("command", "seconds"), [("serve", 0.05), ("serve", 0.4), ("serve", 1.2), ("demo", 1.8)]
)
@BOTH
async def test_a_stop_at_any_moment_of_the_start_is_quiet(
    ready: CommandLine, command: str, seconds: float, number: signal.Signals, tmp_path: Path
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", BEGIN, command),
        cwd=ready.directory,
        env={**ready.environment, "TMPDIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    assert await process.stdout.readline() == b"begun\n"
    await asyncio.sleep(seconds)  # wherever that is, on this machine and today
    process.send_signal(number)
    try:
        async with asyncio.timeout(60):
            err = (await process.communicate())[1].decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

    assert "Traceback" not in err
    assert process.returncode in QUIET_ENDS
    if process.returncode != -signal.SIGTERM:  # which ends a program before it can tidy up
        assert not [name for name in os.listdir(tmp_path) if name.startswith("allo-demo")]


@pytest.fixture
async def silent_database() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A database that takes connections and never answers; the event: somebody has come."""
    has_come = asyncio.Event()
    held: list[asyncio.StreamWriter] = []

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)
        has_come.set()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield f"postgresql://allo:quiet@127.0.0.1:{port}/allo", has_come
    for writer in held:
        writer.close()
    server.close()


@BOTH
async def test_a_start_that_waits_for_its_database_is_given_up_at_once(
    ready: CommandLine,
    start: Start,
    silent_database: tuple[str, asyncio.Event],
    number: signal.Signals,
) -> None:
    ready.settings["ALLO_DATABASE_URL"], has_come = silent_database
    running = await start("serve")
    await has_come.wait()

    status, err = await running.stop(number)

    assert status == 0
    assert "Traceback" not in err
