"""What a tape needs beside being written: syncs in a thread, packed segments, a term of keeping."""

import asyncio
import contextlib
import gzip
import logging
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from telephony.tape import PRIVATE, Tape
from telephony.tape_file import PACKED_SUFFIX, SUFFIX, segments_in

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
SWEEP_SECONDS = 3_600.0
DAY_SECONDS = 86_400


async def keep_up(tape: Tape) -> None:
    """Look after `tape` until cancelled. Closing it is its owner's part."""
    with ThreadPoolExecutor(1, thread_name_prefix="tape") as disk:  # waits for its last sync
        async with asyncio.TaskGroup() as workers:
            workers.create_task(_sync(tape, disk), name="tape sync")
            workers.create_task(_tidy(tape), name="tape tidying")


async def _sync(tape: Tape, disk: ThreadPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    while True:
        await tape.dirty.wait()
        await asyncio.sleep(tape.limits.sync_seconds)
        tape.dirty.clear()
        retired = tape.retired.copy()
        live = [] if tape.descriptor is None else [tape.descriptor]
        await loop.run_in_executor(disk, _sync_all, [*retired, *live])
        for descriptor in retired:
            tape.retired.remove(descriptor)
            os.close(descriptor)


def _sync_all(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        try:
            os.fdatasync(descriptor)
        except OSError:
            logger.exception("the tape could not be synced to the disk")


async def _tidy(tape: Tape) -> None:
    swept_at, is_troubled = 0.0, False
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        is_due = time.monotonic() - swept_at > SWEEP_SECONDS
        try:
            await _tidy_once(tape, sweeps=is_due)
        except OSError as error:  # no file may be opened any more, the disk has gone: calls go on
            if not is_troubled:
                logger.error("the tapes in %s cannot be tidied: %s", tape.directory, error)
            is_troubled = True
        else:
            is_troubled = False
            swept_at = time.monotonic() if is_due else swept_at


async def _tidy_once(tape: Tape, *, sweeps: bool) -> None:
    if not tape.is_healthy:
        tape.flush_journal()
    elif sweeps:
        sweep(tape.directory, keep_days=tape.limits.keep_days, live_segment=tape.live_segment)
    if tape.is_healthy:
        tape.renew_reserve()
        await asyncio.to_thread(pack_full_segments, tape.directory, tape.live_segment)


def pack_full_segments(directory: Path, live_segment: int) -> None:
    """Compress every segment before the live one; the plain file goes when the packed is whole."""
    for segment, path in segments_in(directory).items():
        if segment >= live_segment or not path.name.endswith(SUFFIX):
            continue
        try:
            _pack(path)
        except OSError:
            logger.exception("tape segment %s stays unpacked", path)
            return


def _pack(path: Path) -> None:
    part = path.with_suffix(f"{PACKED_SUFFIX}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
        with path.open("rb") as plain, os.fdopen(descriptor, "wb") as file:
            with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6) as packed:
                shutil.copyfileobj(plain, packed, 1 << 20)
            file.flush()
            os.fsync(file.fileno())
        times = path.stat()
        os.utime(part, (times.st_atime, times.st_mtime))  # its age is that of what it holds
        part.rename(path.with_suffix(PACKED_SUFFIX))
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    path.unlink()


def sweep(directory: Path, *, keep_days: int, live_segment: int) -> None:
    """Delete the segments that nothing was written to for longer than `keep_days`."""
    oldest = time.time() - keep_days * DAY_SECONDS
    for segment, path in segments_in(directory).items():
        with contextlib.suppress(OSError):
            if segment < live_segment and path.stat().st_mtime < oldest:
                path.unlink()
                logger.info("tape segment %s was kept for its %d days", path, keep_days)
