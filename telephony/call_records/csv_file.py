"""Records in the file that Asterisk's `cdr_csv` writes (`Master.csv`).

The file may be years long: it is read backwards from its end, block by block, until all that a
block holds is older than what is asked for; then the file before it (`Master.csv.1`), if there is
one. Sixteen columns are always there; the others are known by what stands in them:
`loguniqueid=yes` adds the uniqueid, `loguserfield=yes` the user field, and `newcdrcolumns=yes`
three more, among them the linkedid. A file of `cdr_custom` may hold anything and is not read.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from telephony.call_records.errors import RecordsUnreadable
from telephony.call_records.record import Row, local_time
from telephony.call_records.window import ROWS_LIMIT, Window

BLOCK = 256 << 10
LINE_LIMIT = 64 << 10
FIXED = (
    *("accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp"),
    *("lastdata", "calldate", "answer", "end", "duration", "billsec", "disposition", "amaflags"),
)
NEW = ("peeraccount", "linkedid", "sequence")
_ID = re.compile(r"(?:.+-)?\d{9,11}\.\d+")

NO_IDS = (
    "the file has no uniqueid: set loguniqueid=yes (and newcdrcolumns=yes) in the section [csv] "
    "of cdr.conf"
)
FOREIGN = "the file is not written by Asterisk's cdr_csv: its columns are others"


def read_csv(path: Path, window: Window) -> list[Row]:
    """The rows that may belong to the window; raises `RecordsUnreadable`."""
    found: list[Row] = []
    lines = 0
    for file in (path, path.with_name(path.name + ".1")):
        if file is not path and not file.is_file():
            break
        for block in _blocks(file):
            rows = [row for row in map(_row, block) if row is not None]
            lines += len(block)
            found += [row for row in rows if window.may_hold(row)]
            if len(found) > ROWS_LIMIT:
                raise RecordsUnreadable(f"more than {ROWS_LIMIT} records lie in this gap")
            if rows and all(window.is_past(row) for row in rows):
                return found
    if lines and not found:
        check_csv(path)
    return found


def check_csv(path: Path) -> tuple[str, ...]:
    """The names of the optional columns that the newest rows have; raises `RecordsUnreadable`."""
    block = next(_blocks(path), [])
    if not block:
        return ()  # nobody has called yet
    split = [fields for line in block if (fields := _fields(line))]
    if not any(_is_known(fields) for fields in split):
        raise RecordsUnreadable(FOREIGN)
    rows = [row for line in block if (row := _row(line))]
    if not rows:
        raise RecordsUnreadable(NO_IDS)
    return tuple(name for name in ("uniqueid", "linkedid") if rows[-1].get(name))


def _blocks(file: Path) -> Iterator[list[bytes]]:
    """The file's whole lines in blocks, the last block first."""
    try:
        with file.open("rb") as stream:
            end = stream.seek(0, 2)
            rest = b""
            is_end = True
            while end > 0:
                begin = max(0, end - BLOCK)
                stream.seek(begin)
                read = stream.read(end - begin) + rest
                lines = read.split(b"\n")
                if is_end:
                    lines.pop()  # nothing, or a line that is being written
                    is_end = False
                rest = lines.pop(0)[-LINE_LIMIT:] if begin and lines else b""
                yield [line for line in lines if line]
                end = begin
    except OSError as error:
        raise RecordsUnreadable(f"the file cannot be read: {error.strerror}") from None


def _fields(line: bytes) -> list[str]:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("cp1251", "replace")
    try:
        return next(csv.reader([text.rstrip("\r")]), [])
    except csv.Error:
        return []


def _is_known(fields: list[str]) -> bool:
    return len(FIXED) <= len(fields) <= len(FIXED) + 5 and local_time(fields[9]) is not None


def _row(line: bytes) -> Row | None:
    """One line by the names of its columns; None where it is none of ours, or has no id."""
    fields = _fields(line)
    if not _is_known(fields):
        return None
    row = dict(zip(FIXED, fields, strict=False))
    more = fields[len(FIXED) :]
    if len(more) >= len(NEW):
        row |= dict(zip(NEW, more[-3:], strict=True))
        more = more[:-3]
    row["uniqueid"] = more[0] if more else ""
    if len(more) > 1:
        row["userfield"] = more[1]
    return row if _ID.fullmatch(row["uniqueid"]) else None
