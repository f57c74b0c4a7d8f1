"""One segment of a tape as a file: records with length and checksum, one after another.

    segment = magic, record, record, ...
    record  = payload length, CRC-32 of the rest, arrival time in microseconds, payload

All that was read from the socket at one moment is one record: whole AMI messages, divided by empty
lines, so `strings` on a segment shows what a PBX said.
"""

import gzip
import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from telephony.ami_event import FRAME_END

MAGIC = b"ALLO-TAPE-1\n"
SUFFIX = ".tape"
PACKED_SUFFIX = ".tape.gz"

_HEADER = struct.Struct("<IIq")
_OFFSET_BITS = 40
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PAYLOAD_LIMIT = 1 << 26  # a longer one was never written: these are not a record's first bytes


@dataclass(frozen=True, slots=True)
class TapeRecord:
    """What came at one moment. `position` orders all records of a tape; `end` is the next one's."""

    position: int
    end: int
    at: datetime
    frames: list[bytes]


def position_of(segment: int, offset: int) -> int:
    """One number for a place on a tape, growing along it over all segments."""
    return segment << _OFFSET_BITS | offset


def place_of(position: int) -> tuple[int, int]:
    """The segment and the offset behind a position."""
    return position >> _OFFSET_BITS, position & ((1 << _OFFSET_BITS) - 1)


def segment_name(segment: int) -> str:
    """The number as it stands in file names and in checkpoints."""
    return f"{segment:010d}"


def segments_in(directory: Path) -> dict[int, Path]:
    """The files of a tape in order, by the number of their segment."""
    found: dict[int, Path] = {}
    for suffix in (PACKED_SUFFIX, SUFFIX):  # while one is packed both are there: plain is whole
        for path in directory.glob(f"*{suffix}"):
            number = path.name.partition(".")[0]
            if number.isdigit():
                found[int(number)] = path
    return dict(sorted(found.items()))


def pack_record(frames: list[bytes], at: datetime) -> bytes:
    """The bytes of one record."""
    payload = FRAME_END.join(frames)
    stamp = (at - _EPOCH) // _MICROSECOND
    return _HEADER.pack(len(payload), _checksum(payload, stamp), stamp) + payload


def _checksum(payload: bytes, stamp: int) -> int:
    # never zero for a record of zeros, which is what a power cut leaves in the place of one
    return zlib.crc32(payload, zlib.crc32(stamp.to_bytes(8, "little", signed=True)))


def unpack_record(raw: bytes, position: int) -> TapeRecord | None:
    """The record at the beginning of `raw`, if it is whole."""
    return _read_record(io.BytesIO(raw), position)


def read_segment(path: Path, segment: int, offset: int = 0) -> Iterator[TapeRecord]:
    """Read the records of one segment from `offset` on, up to the first that is not whole."""
    with _open(path) as file:
        if offset < len(MAGIC):
            if file.read(len(MAGIC)) != MAGIC:
                return
            offset = len(MAGIC)
        else:
            file.seek(offset)
        position = position_of(segment, offset)
        while record := _read_record(file, position):
            yield record
            position = record.end


def whole_length(path: Path) -> tuple[int, datetime | None]:
    """Where the last whole record of a segment ends, and when it was written."""
    with path.open("rb") as file:
        end = len(MAGIC) if file.read(len(MAGIC)) == MAGIC else 0
    last_at = None
    for record in read_segment(path, 0):
        end, last_at = record.end, record.at
    return end, last_at


def _read_record(file: BinaryIO, position: int) -> TapeRecord | None:
    try:
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return None
        length, checksum, stamp = _HEADER.unpack(header)
        payload = file.read(length) if length <= _PAYLOAD_LIMIT else b""
    except (EOFError, zlib.error, gzip.BadGzipFile):  # a packed segment that lost its end
        return None
    if len(payload) != length or _checksum(payload, stamp) != checksum:
        return None
    end = position + _HEADER.size + length
    return TapeRecord(position, end, _EPOCH + stamp * _MICROSECOND, payload.split(FRAME_END))


def _open(path: Path) -> BinaryIO:
    try:
        if path.name.endswith(PACKED_SUFFIX):
            return cast("BinaryIO", gzip.open(path))
        return path.open("rb")
    except FileNotFoundError:  # packed since it was listed
        return cast("BinaryIO", gzip.open(path.with_suffix(PACKED_SUFFIX)))
