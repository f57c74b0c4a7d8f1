"""The command line as people meet it: a process in an empty directory, with its own settings."""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> object:
        return json.loads(self.out)

    def complains(self, *words: str) -> bool:
        """Exit status 1, one line on stderr with these words, nothing on stdout."""
        assert "Traceback" not in self.err
        return (
            self.status == 1
            and self.out == ""
            and self.err.startswith("allo: ")
            and self.err.count("\n") == 1
            and all(word in self.err for word in words)
        )


@dataclass(slots=True)
class CommandLine:
    """Runs `allo` in one directory."""

    directory: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        inherited = {key: os.environ[key] for key in os.environ if not key.startswith("ALLO_")}
        return {**inherited, "PYTHONPATH": str(ROOT), **self.settings}

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-W",
            "error",
            "-c",
            "from config.cli import main; main()",
            *arguments,
            cwd=self.directory,
            env=self.environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *arguments: str, stdin: str = "") -> Answer:
        process = await self.start(*arguments)
        out, err = await process.communicate(stdin.encode())
        assert process.returncode is not None
        return Answer(process.returncode, out.decode(), err.decode())


@dataclass(slots=True)
class Running:
    """A command that goes on until it is told to stop."""

    process: asyncio.subprocess.Process
    said: str = ""  # what `says` has read of stderr

    async def line(self) -> str:
        """The next line of its output."""
        assert self.process.stdout
        return (await self.process.stdout.readline()).decode().rstrip("\n")

    async def line_with(self, word: str) -> str:
        """The next line that holds `word`; shows what was said if it never comes."""
        while word not in (line := await self.line()):
            if not line and self.process.stdout and self.process.stdout.at_eof():
                assert self.process.stderr
                raise AssertionError((await self.process.stderr.read()).decode())
        return line

    async def says(self, word: str) -> None:
        """Wait until a line on stderr holds `word`."""
        assert self.process.stderr
        while word not in (line := (await self.process.stderr.readline()).decode()):
            assert line, f"it ended without having said: {word}"
            self.said += line

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Send the signal; the exit status and what was said on stderr."""
        self.process.send_signal(number)
        _out, err = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, self.said + err.decode()


Start = Callable[..., Awaitable[Running]]


@pytest.fixture
def allo(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path, {"ALLO_WEB__PORT": "0", "ALLO_PUSH__PORT": "0"})


@pytest.fixture
def ready(allo: CommandLine, migrated_file: Path) -> CommandLine:
    """With a database of this program's schema."""
    data = allo.directory / "data"
    data.mkdir(mode=0o700)
    shutil.copyfile(migrated_file, data / "allo.sqlite3")
    return allo


@pytest.fixture
async def start(allo: CommandLine) -> AsyncIterator[Start]:
    """Starts commands that go on; what is left of them at the end is killed."""
    running: list[Running] = []

    async def start_one(*arguments: str) -> Running:
        running.append(Running(await allo.start(*arguments)))
        return running[-1]

    yield start_one
    for one in running:
        if one.process.returncode is None:
            one.process.kill()
            await one.process.communicate()


def taken_port() -> socket.socket:
    """A port that somebody else listens on for as long as the socket lives."""
    return socket.create_server(("127.0.0.1", 0))
