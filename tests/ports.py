"""Ports for servers that must be told theirs before they start.

Between the choice of a port and the server that binds it lie seconds, and several test runs share
a machine. Each process therefore holds a block of ports of its own, by a lock that the system
takes back when the process ends, however it ends.
"""

import fcntl
import itertools
import socket
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO

FIRST = 20_000  # the system gives outgoing connections ports from 32768 up
BLOCK = 400  # far more than are in use at a time, so that a killed server finds its own again
BLOCKS = 31


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on, and that no other test run is given while this one lives."""
    ports = _own_ports()
    for port in itertools.islice(ports, BLOCK):
        if _is_free(host, port):
            return port
    raise OSError("every port of this test run is in use")


@cache
def _own_ports() -> Iterator[int]:
    """This process's ports, over and over: the longest unused comes next."""
    for block in range(BLOCKS):
        if _is_held(block):
            first = FIRST + block * BLOCK
            return itertools.cycle(range(first, first + BLOCK))
    raise OSError(f"{BLOCKS} test runs are going on: no ports are left for another")


_locks: list[IO[bytes]] = []  # open, and thereby held, until the process ends


def _is_held(block: int) -> bool:
    """Take a block for this process, unless another has it."""
    path = Path(tempfile.gettempdir()) / f"allo-test-ports-{block}.lock"
    try:
        lock = path.open("ab")
    except PermissionError:  # another user's
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return False
    _locks.append(lock)
    return True


def _is_free(host: str, port: int) -> bool:
    try:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.bind((host, port))
    except OSError:
        return False
    return True
