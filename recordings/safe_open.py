"""Opening a file that somebody else named: inside its root, and nothing but a plain file.

Walks from folder to folder by descriptor, so that nothing can be put in the way between looking and
opening: no link is followed, no device or pipe is opened, nothing blocks.
"""

import os
import stat
from contextlib import ExitStack
from pathlib import Path

from recordings.places import Place, matches

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
LISTED = 20_000  # names of one folder that a pattern is held against


class NotAFile(Exception):
    """There is something of this name, but it is no plain file inside the folder."""


def open_inside(place: Place) -> int:
    """Open what stands at a place, for reading; the caller closes the descriptor.

    `FileNotFoundError` where nothing is there, `NotAFile` where it is nothing we open.
    """
    with ExitStack() as folders:
        here = _open_root(place.root)
        folders.callback(os.close, here)
        for part in place.parts[:-1]:
            here = _step(here, part, _FOLDER)
            folders.callback(os.close, here)
        name = _match(here, place.parts[-1]) if place.is_pattern else place.parts[-1]
        return _open_file(here, name)


def _open_root(root: Path) -> int:
    # The root itself is the administrator's own word: a link there is meant.
    return os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _step(here: int, part: str, flags: int) -> int:
    try:
        return os.open(part, flags, dir_fd=here)
    except (NotADirectoryError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise NotAFile(part) from None


def _match(here: int, pattern: str) -> str:
    """The newest name that fits: a recording that was begun again stands behind the first."""
    with os.scandir(here) as entries:
        names = [entry.name for entry, _ in zip(entries, range(LISTED), strict=False)]
    fitting = sorted(name for name in names if matches(name, pattern))
    if not fitting:
        raise FileNotFoundError(pattern)
    return fitting[-1]


def _open_file(here: int, name: str) -> int:
    try:
        before = os.stat(name, dir_fd=here, follow_symlinks=False)
        if not stat.S_ISREG(before.st_mode):
            raise NotAFile(name)
        opened = os.open(name, _FILE, dir_fd=here)
    except FileNotFoundError:
        raise
    except OSError:
        raise NotAFile(name) from None
    after = os.fstat(opened)
    if not stat.S_ISREG(after.st_mode) or (after.st_dev, after.st_ino) != (
        before.st_dev,
        before.st_ino,
    ):
        os.close(opened)
        raise NotAFile(name)
    return opened
