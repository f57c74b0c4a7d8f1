"""The decoder: the system's ffmpeg where it can write Opus, else the one that comes through pip."""

import shutil
from functools import cache

import imageio_ffmpeg


@cache
def find_ffmpeg() -> str:
    """The program to run. Debian's is preferred: it gets its security updates from the system."""
    return shutil.which("ffmpeg", path="/usr/bin:/usr/local/bin") or imageio_ffmpeg.get_ffmpeg_exe()
