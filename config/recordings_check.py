"""What `allo doctor` finds where recordings of calls come from."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from config.settings import Settings
from recordings.ffmpeg import find_ffmpeg

Told = tuple[str, Literal["ok", "warning", "failed"], str, str]
"""What was looked at, the verdict, what was found, what to do about it."""


def check_recordings(settings: Settings) -> list[Told]:
    """Look at each folder, and for the program that reads audio."""
    folders = settings.recordings.folders
    if not folders:
        text = "no folder is set: recordings of calls are not fetched"
        return [("recordings", "ok", text, "")]
    return [*_program(), *(_folder(folder.path) for folder in folders)]


def _program() -> Iterator[Told]:
    try:
        find_ffmpeg()
    except Exception as error:  # whatever keeps it from being found
        advice = "install the system's ffmpeg, or Allo with its own: pip install imageio-ffmpeg"
        yield "recordings", "failed", f"no ffmpeg: {error}", advice


def _folder(path: Path) -> Told:
    check = f"recordings in {path}"
    if not path.is_dir():
        advice = "mount the PBX's folder there, or set its path in ALLO_RECORDINGS__FOLDERS"
        return check, "failed", "there is no such folder", advice
    try:
        with os.scandir(path) as entries:
            is_empty = next(entries, None) is None
    except OSError as error:
        advice = f"let the user that runs Allo read it: setfacl -R -m u:allo:rX {path}"
        return check, "failed", f"cannot be read: {error.strerror}", advice
    if is_empty:
        advice = "is it mounted, and does the PBX record calls?"
        return check, "warning", "there is nothing in it", advice
    return check, "ok", "can be read", ""
