"""The data directory: made if absent, private, and locked: two servers never share one."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.errors import CannotStart

LOCK_NAME = "lock"


class DataDirectoryInUse(CannotStart):
    """Another Allo works in this directory."""


class DataDirectoryUnusable(CannotStart):
    """The directory cannot be made or written."""


def prepare(directory: Path) -> None:
    """Make the directory, for our eyes only, if it is not there."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DataDirectoryUnusable(
            f"the data directory {directory} cannot be made: {error.strerror}"
        ) from None


def prepare_tapes(directory: Path) -> None:
    """Make the folder of the tapes, and see that it can be written."""
    key = "ALLO_TAPE__DIRECTORY chooses another"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DataDirectoryUnusable(
            f"the directory of the tapes {directory} cannot be made: {error.strerror}: {key}"
        ) from None
    if not os.access(directory, os.W_OK | os.X_OK):
        raise DataDirectoryUnusable(
            f"the directory of the tapes {directory} cannot be written: {key}"
        )


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the directory for this process; the kernel lets go of it however the process ends."""
    prepare(directory)
    try:
        lock = os.open(directory / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DataDirectoryUnusable(
            f"the data directory {directory} cannot be written: {error.strerror}"
        ) from None
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 20, 0).decode(errors="replace").strip() or "unknown"
            raise DataDirectoryInUse(
                f"the data directory {directory} is in use by another Allo (process {holder})"
            ) from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(lock)


def holder_of(directory: Path) -> str | None:
    """The process id of the Allo that works in `directory` now, if one does."""
    try:
        lock = os.open(directory / LOCK_NAME, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(lock, 20, 0).decode(errors="replace").strip() or "unknown"
    else:
        return None
    finally:
        os.close(lock)
