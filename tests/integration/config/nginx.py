"""A real nginx with the sample's blocks in it, and a certificate made a moment ago."""

import ipaddress
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.ports import free_port

SAMPLES = Path(__file__).parents[3] / "config/samples"
NAME = "crm.example.org"
SECONDS_TO_START = 10.0

_REST_OF_NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
{user}
events {{}}
http {{
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/allo.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running nginx: its two ports, its log, and what a browser must trust to believe it."""

    port: int
    plain_port: int
    log: Path
    certificate: Path

    @property
    def origin(self) -> str:
        return f"https://{NAME}:{self.port}"

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))


def choose_ports() -> tuple[int, int]:
    return free_port(), free_port()


@contextmanager
def serving(folder: Path, ports: tuple[int, int], web: int, push: int) -> Iterator[Nginx]:
    """Run nginx before the two ports of an Allo, until the block exits."""
    _make_certificate(folder)
    log = folder / "access.log"
    changes = {
        "listen 443 ssl": f"listen 127.0.0.1:{ports[0]} ssl",
        "listen 80": f"listen 127.0.0.1:{ports[1]}",
        f"return 301 https://{NAME}": f"return 301 https://{NAME}:{ports[0]}",
        "127.0.0.1:8080": f"127.0.0.1:{web}",
        "127.0.0.1:8081": f"127.0.0.1:{push}",
        f"/etc/ssl/{NAME}": str(folder / NAME),
        "/var/log/nginx/allo.log": str(log),
    }
    sample = (SAMPLES / "nginx.conf").read_text()
    for written, ours in changes.items():
        assert written in sample, f"the sample no longer says {written}"
        sample = sample.replace(written, ours)
    (folder / "allo.conf").write_text(sample)
    user = "user root;" if os.geteuid() == 0 else ""  # our folders are for our own eyes
    (folder / "nginx.conf").write_text(_REST_OF_NGINX.format(folder=folder, user=user))
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    assert program, "nginx is not here (Debian: apt install nginx)"
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    with (folder / "said.log").open("wb") as said:
        process = subprocess.Popen(command, stderr=said)
        try:
            _until_open(ports[0], process, folder / "said.log")
            yield Nginx(*ports, log, folder / f"{NAME}.pem")
        finally:
            process.terminate()
            process.wait(10)


def _until_open(port: int, process: "subprocess.Popen[bytes]", said: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(said.read_text()) from None
            time.sleep(0.02)
        else:
            return


def _make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME), loopback]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / f"{NAME}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / f"{NAME}.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
