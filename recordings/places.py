"""Where a PBX's files are found here. Pure: only names, no file is touched."""

import fnmatch
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder of the PBX and where it is mounted here. `pbx` None: of every PBX."""

    path: Path  # here
    prefix: str  # as the PBX writes it, such as /var/spool/asterisk/monitor
    pbx: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A file to look for: inside `root`, by a relative name whose last part may be a pattern."""

    root: Path
    parts: tuple[str, ...]

    @property
    def is_pattern(self) -> bool:
        return any(sign in self.parts[-1] for sign in "*?[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is known of a file that is looked for."""

    pbx: str
    path: str | None
    uniqueid: str
    linkedid: str
    started_at: datetime  # in the zone of the PBX


def places_of(wanted: Wanted, folders: Sequence[Folder], rule: str) -> Iterator[Place]:
    """Where the file may be, most certain first: by its own name, then by the rule of the office.

    `rule` is relative to a folder and may hold {year} {month} {day} {uniqueid} {linkedid}; a call
    that began before midnight may be filed under the day after.
    """
    fitting = [one for one in folders if one.pbx in (None, wanted.pbx)]
    if wanted.path is not None:
        for folder in fitting:
            parts = relative_parts(wanted.path, folder.prefix)
            if parts:
                yield Place(root=folder.path, parts=parts)
        return
    for folder in fitting:
        for day in (wanted.started_at, wanted.started_at + timedelta(days=1)):
            filled = rule.format(
                year=f"{day:%Y}",
                month=f"{day:%m}",
                day=f"{day:%d}",
                uniqueid=_as_written(wanted.uniqueid),
                linkedid=_as_written(wanted.linkedid),
            )
            parts = _clean_parts(filled)
            if parts:
                yield Place(root=folder.path, parts=parts)


def relative_parts(path: str, prefix: str) -> tuple[str, ...] | None:
    """The parts of a path below its prefix, or None where it is not below it.

    Names are taken as they are: a part that could lead anywhere else makes the whole refused.
    """
    if "\0" in path or not path.startswith("/"):
        return None
    base = prefix.rstrip("/") + "/"
    if not path.startswith(base):
        return None
    return _clean_parts(path[len(base) :])


def _clean_parts(relative: str) -> tuple[str, ...] | None:
    parts = tuple(part for part in relative.split("/") if part not in ("", "."))
    if not parts or ".." in parts or posixpath.isabs(relative):
        return None
    return parts


def _as_written(word: str) -> str:
    """A word of the PBX inside a pattern: only what ids are made of."""
    return "".join(letter for letter in word if letter.isalnum() or letter in ".-_")


def matches(name: str, pattern: str) -> bool:
    """Whether a file's name fits the last part of a place."""
    return fnmatch.fnmatchcase(name, pattern)
