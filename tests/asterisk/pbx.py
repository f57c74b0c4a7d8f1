"""A private Asterisk for a test run: own folders, loopback ports, started and ill-treated."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.asterisk.install import Installation, ensure_installed
from tests.asterisk.pbx_config import PbxPlan, write_config
from tests.ports import free_port

SECRET = "only-for-tests"  # the instance listens on loopback and lives for seconds
PROVIDER_HOST = "127.0.0.2"  # the trunk has an address of its own, so that it is known by it
SECONDS_TO_START = 20.0


class PbxWouldNotStart(Exception):
    """Asterisk ended or stayed silent; the text is the end of its log."""


class Pbx:
    """One Asterisk: a folder, three ports and, while it runs, a process."""

    def __init__(self, installation: Installation | None = None) -> None:
        self.installation = installation or ensure_installed()
        self.directory = Path(tempfile.mkdtemp(prefix="allo-pbx-"))
        self.ami_port = free_port()
        self.sip_port = free_port()
        self.agi_port = free_port()  # where its dialplan asks who is calling
        self.provider_port = free_port(PROVIDER_HOST)
        self._process: subprocess.Popen[bytes] | None = None
        write_config(
            PbxPlan(
                installation=self.installation,
                directory=self.directory,
                ami_port=self.ami_port,
                sip_port=self.sip_port,
                agi_port=self.agi_port,
                provider_host=PROVIDER_HOST,
                provider_port=self.provider_port,
                secret=SECRET,
            )
        )

    @property
    def spool(self) -> Path:
        return self.directory / "spool"

    @property
    def log(self) -> str:
        """All that Asterisk has written so far: its log and its console."""
        paths = [self.directory / "log/messages", self.directory / "log/console"]
        return "\n".join(path.read_text("utf-8", "replace") for path in paths if path.is_file())

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process and wait until its AMI says that it is fully booted."""
        command = self.installation.command("-f", "-C", str(self.directory / "etc/asterisk.conf"))
        if shutil.which("setpriv"):  # a test run that is killed takes its PBX along
            command = ["setpriv", "--pdeathsig", "KILL", *command]
        with (self.directory / "log/console").open("ab") as console:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=console, stderr=console
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._is_booted():
            if not self.is_running or time.monotonic() > deadline:
                self.kill()
                raise PbxWouldNotStart("\n".join(self.log.splitlines()[-40:]))
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it at once but orderly: calls are hung up, links are closed."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None

    def kill(self) -> None:
        """`kill -9`: no goodbye to anybody."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """The same PBX with the same ports, booted again."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """Fall silent with every connection open, as a stuck machine does."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def remove(self) -> None:
        """Stop it and take its folder away."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    async def command(self, line: str) -> str:
        """The answer to one line of Asterisk's own command line."""
        config = str(self.directory / "etc/asterisk.conf")
        asking = await asyncio.create_subprocess_exec(
            *self.installation.command("-C", config, "-rx", line),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        answer, _ = await asking.communicate()
        return answer.decode()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, "the PBX is not running"
        os.kill(self._process.pid, number)

    def _is_booted(self) -> bool:
        """Whether AMI lets a user in and greets with FullyBooted."""
        try:
            with socket.create_connection(("127.0.0.1", self.ami_port), timeout=1) as link:
                link.sendall(f"Action: Login\r\nUsername: all\r\nSecret: {SECRET}\r\n\r\n".encode())
                said = b""
                while b"FullyBooted" not in said:
                    chunk = link.recv(65536)
                    if not chunk:
                        return False
                    said += chunk
        except OSError:
            return False
        return True
