"""One recording, from a file of the PBX to Opus in the store. Runs as a process of its own.

    python -m recordings.convert  < job as JSON    > outcome as JSON

Whatever the file is, only this process can be hurt by it: it has limits of time, memory and size,
opens nothing by a name that came from elsewhere, and lets the decoder speak to pipes alone.
"""

import array
import contextlib
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from recordings.ffmpeg import find_ffmpeg
from recordings.peaks import PeakMeter
from recordings.places import Place
from recordings.safe_open import NotAFile, open_inside
from recordings.sniff import HEAD_BYTES, Kind, sniff
from recordings.store import file_of

RATE = 8_000  # samples a second for drawing: telephone sound holds no more
BIT_RATE = "24k"  # a channel
CPU_SECONDS = 600  # ten hours of sound
MEMORY_BYTES = 1 << 30
OUTPUT_BYTES = 2 << 30
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Source:
    """The file, open, and what it is."""

    fd: int
    kind: Kind
    size: int


def main() -> None:
    """Read a job, do it, say what came of it. Any fault ends as an outcome, never as silence."""
    job = json.load(sys.stdin)
    _limit()
    try:
        outcome = _convert(job)
    except NotAFile:
        outcome = {"state": "failed", "reason": "not_a_file"}
    except OSError as error:
        outcome = {"state": "waiting", "reason": f"io_{error.errno}"}
    json.dump(outcome, sys.stdout)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _convert(job: dict[str, Any]) -> dict[str, Any]:
    for written in job["places"]:
        place = Place(root=Path(written["root"]), parts=tuple(written["parts"]))
        with contextlib.suppress(FileNotFoundError):
            fd = open_inside(place)
            try:
                return _convert_open(fd, place.parts[-1], Path(job["store"]))
            finally:
                os.close(fd)
    return {"state": "waiting", "reason": "not_found"}


def _convert_open(fd: int, name: str, store: Path) -> dict[str, Any]:
    before = os.fstat(fd)
    head = os.pread(fd, HEAD_BYTES, 0)
    if not head:
        return {"state": "silent", "reason": "empty"}
    kind = sniff(head, name)
    if kind is None:
        return {"state": "failed", "reason": "not_audio"}
    if kind.demuxer == "wav" and before.st_size <= kind.sound_at:
        return {"state": "silent", "reason": "no_sound"}
    outcome = _decode(Source(fd, kind, before.st_size), store)
    after = os.fstat(fd)
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        return {"state": "waiting", "reason": "growing"}
    return outcome


def _decode(source: Source, store: Path) -> dict[str, Any]:
    """Once through the file: Opus into a new file of the store, samples into the meter."""
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=store, prefix=".new-", delete=False) as target:
        try:
            lanes, failed = _run(source, target)
            if lanes.seconds == 0:
                reason = "undecodable" if failed else "no_sound"
                return {"state": "failed" if failed else "silent", "reason": reason}
            content_hash, size = _keep(target, store)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(target.name)
    is_partial = failed or _is_cut(source)
    return {
        "state": "partial" if is_partial else "ready",
        "reason": "cut_short" if is_partial else None,
        "content_hash": content_hash,
        "size_bytes": size,
        "duration_seconds": round(lanes.seconds, 2),
        "channels": lanes.channels,
        "peaks": lanes.peaks(),
    }


def _run(source: Source, target: IO[bytes]) -> tuple[PeakMeter, bool]:
    channels = _channels(source)
    os.lseek(source.fd, 0, os.SEEK_SET)
    command = [
        *(find_ffmpeg(), "-nostdin", "-hide_banner", "-loglevel", "error"),
        *("-protocol_whitelist", "pipe", "-threads", "1", "-f", source.kind.demuxer),
        *(("-ignore_length", "1") if source.kind.demuxer == "wav" else ()),
        *("-i", "pipe:0", "-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1"),
        *("-ac", str(channels), "-c:a", "libopus", "-b:a", _bit_rate(channels)),
        *("-application", "voip", "-fflags", "+bitexact", "-f", "ogg", f"pipe:{target.fileno()}"),
        *("-map", "0:a:0", "-ac", str(channels), "-ar", str(RATE), "-f", "s16le", "pipe:1"),
    ]
    with subprocess.Popen(  # noqa: S603 - every word of it is ours
        command,
        stdin=source.fd,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=[target.fileno()],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        cwd="/",
    ) as decoder:
        assert decoder.stdout is not None  # noqa: S101 - it was asked for
        meter = PeakMeter(channels, RATE)
        for samples in _samples(decoder.stdout, channels):
            meter.take(samples)
    return meter, decoder.returncode != 0


def _samples(pipe: IO[bytes], channels: int) -> "Iterator[array.array[int]]":
    """Whole frames as they come: the sound is never held as a whole."""
    width, rest = 2 * channels, b""
    while chunk := pipe.read(CHUNK):
        whole = rest + chunk
        cut = len(whole) // width * width
        rest = whole[cut:]
        samples = array.array("h")
        samples.frombytes(whole[:cut])
        if sys.byteorder == "big":
            samples.byteswap()
        yield samples


def _channels(source: Source) -> int:
    """One lane or two: of the formats that we open, only WAV says it where we can read it."""
    if source.kind.demuxer != "wav":
        return 1
    head = os.pread(source.fd, HEAD_BYTES, 0)
    at = head.find(b"fmt ")
    return 2 if int.from_bytes(head[at + 10 : at + 12], "little") >= 2 else 1


def _bit_rate(channels: int) -> str:
    return BIT_RATE if channels == 1 else "40k"


def _is_cut(source: Source) -> bool:
    """The header promises more sound than is there, or was never finished."""
    claimed = source.kind.claimed_bytes
    if claimed is None:
        return False
    present = source.size - source.kind.sound_at
    return claimed > present or claimed == 0


def _keep(target: IO[bytes], store: Path) -> tuple[str, int]:
    """Give the finished file the name of its content; the same content is kept once."""
    os.fsync(target.fileno())
    digest = hashlib.sha256()
    with open(target.name, "rb") as written:
        while chunk := written.read(CHUNK):
            digest.update(chunk)
    content_hash = digest.hexdigest()
    place = file_of(store, content_hash)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    os.chmod(target.name, 0o600)
    os.replace(target.name, place)
    folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return content_hash, place.stat().st_size


if __name__ == "__main__":
    main()
