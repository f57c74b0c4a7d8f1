"""The disks that a server writes its calls to, and whether there is room on them now."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from config.settings import Settings
from crm_core.kernel.engines import is_sqlite, read_url, sqlite_path
from web.readiness import DiskHealth

ROOM_BYTES = 32 << 20  # twice what a tape holds back for the moment when the disk is full

AskDisk = Callable[[Path], os.statvfs_result]


def look_at_disks(settings: Settings, ask: AskDisk = os.statvfs) -> list[DiskHealth]:
    """Each place that is written while calls go on. The names are ours: a path is nobody's affair.

    The recordings' own store is not among them: without it calls are told as ever.
    """
    return [_look_at(name, path, ask) for name, path in _places(settings)]


def _places(settings: Settings) -> Iterator[tuple[str, Path]]:
    yield "data", settings.data_directory
    if settings.tape.directory and settings.pbx:
        yield "tape", settings.tape.directory
    if settings.database_url and is_sqlite(address := read_url(settings.database_url)):
        yield "database", sqlite_path(address).parent


def _look_at(name: str, path: Path, ask: AskDisk) -> DiskHealth:
    try:
        disk = ask(path)
    except OSError as error:
        return DiskHealth(name=name, is_writable=False, reason=error.strerror or "is not there")
    free = disk.f_bavail * disk.f_frsize
    if disk.f_flag & os.ST_RDONLY:
        return DiskHealth(name=name, is_writable=False, reason="the disk is read-only")
    if free < ROOM_BYTES:
        reason = f"the disk is full: {free >> 20} MB are free, {ROOM_BYTES >> 20} are needed"
        return DiskHealth(name=name, is_writable=False, reason=reason)
    if disk.f_files and not disk.f_favail:
        return DiskHealth(name=name, is_writable=False, reason="the disk takes no more files")
    return DiskHealth(name=name, is_writable=True)
