"""The product itself as a process: `allo serve` in a folder of its own, killed and started at will.

Nothing here imports the product: it is met the way its users meet it, by its command, its
environment, REST and push.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from tests.asterisk.pbx import SECRET, Pbx
from tests.patience import PATIENCE_SECONDS
from tests.ports import free_port

ALLO = Path(sys.executable).parent / "allo"
SECONDS_TO_START = 30.0
SECONDS_TO_STOP = PATIENCE_SECONDS


class AlloWouldNotStart(Exception):
    """`allo serve` ended or did not become ready; the text is the end of what it said."""


class CommandFailed(Exception):
    """A command of Allo ended with another status than 0."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may log in."""

    login: str
    name: str
    role: str = "agent"
    extension: str | None = None

    @property
    def password(self) -> str:
        return f"{self.login} likes long passwords"


ANNA = Person("anna", "Анна Белова", extension="101")
BORIS = Person("boris", "Борис Громов", extension="102")
VERA = Person("vera", "Вера Дронова", extension="103")
GLEB = Person("gleb", "Глеб Ершов", extension="104")
DARIA = Person("daria", "Дарья Жукова", extension="105")
EGOR = Person("egor", "Егор Зимин", extension="106")
OLGA = Person("olga", "Ольга Ильина", role="supervisor")
PEOPLE = (ANNA, BORIS, VERA, GLEB, DARIA, EGOR, OLGA)


def pbx_setting(pbx: Pbx, **changes: Any) -> str:
    """ALLO_PBX for a link to `pbx`."""
    link = {
        "name": "main",
        "host": "127.0.0.1",
        "port": pbx.ami_port,
        "username": "allo",
        "secret": SECRET,
        "region": "RU",
        "extension_pattern": r"\d{3}",
        "trunks": ["PJSIP/provider"],
    }
    return json.dumps([link | changes])


class AlloProcess:
    """One installation of Allo: a folder, two ports, settings and, while it runs, a process."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self.port, self.push_port = free_port(), free_port()
        self.settings = {
            "ALLO_DATA_DIRECTORY": str(directory / "data"),
            "ALLO_WEB__PORT": str(self.port),
            "ALLO_PUSH__PORT": str(self.push_port),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """All that its servers have written so far."""
        path = self.directory / "serve.log"
        return path.read_text("utf-8", "replace") if path.is_file() else ""

    @property
    def pid(self) -> int | None:
        """The running server's process."""
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    # ---- commands -------------------------------------------------------------------------------

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command of Allo to its end, whatever its exit status."""
        return subprocess.run(
            [str(ALLO), *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=self.directory,
            env=self._environment(),
            timeout=60,
            check=False,
        )

    def must_run(self, *arguments: str, stdin: str = "") -> str:
        """Run one command that must succeed, and give what it printed."""
        done = self.run(*arguments, stdin=stdin)
        if done.returncode != 0:
            raise CommandFailed(f"allo {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def add(self, person: Person) -> None:
        extension = ["--extension", person.extension] if person.extension else []
        self.must_run(
            *("user", "add", "--login", person.login, "--name", person.name),
            *("--role", person.role, *extension, "--password-stdin"),
            stdin=person.password + "\n",
        )

    def token(self, person: Person) -> str:
        """A new bearer token with this person's rights."""
        return self.must_run("token", "create", "--login", person.login)

    # ---- the server -----------------------------------------------------------------------------

    def start(self, **settings: str) -> None:
        """Start `allo serve` and wait until it is ready; `settings` are for this start only."""
        command = [str(ALLO), "serve"]
        if shutil.which("setpriv"):  # a test run that is killed takes its server along
            command = ["setpriv", "--pdeathsig", "KILL", *command]
        with (self.directory / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.directory,
                env=self._environment(settings),
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._is_ready():
            if not self.is_running or time.monotonic() > deadline:
                self.kill()
                raise AlloWouldNotStart("\n".join(self.log.splitlines()[-40:]))
            time.sleep(0.05)

    def stop(self) -> int:
        """Ask it to stop and give its exit status."""
        assert self._process is not None, "Allo is not running"
        self._process.terminate()
        try:
            status = self._process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self._process = None
        return status

    def kill(self) -> None:
        """`kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def _environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """This machine's environment without any setting of Allo but our own."""
        others = {key: value for key, value in os.environ.items() if not key.startswith("ALLO_")}
        return {**others, "PYTHONUNBUFFERED": "1", **self.settings, **(more or {})}

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, HTTPException):
            return False


def prepare(allo: AlloProcess) -> None:
    """Give an installation the schema and all the people, to be copied by many tests."""
    allo.must_run("migrate")
    with ThreadPoolExecutor(max_workers=3) as helpers:
        list(helpers.map(allo.add, PEOPLE))
