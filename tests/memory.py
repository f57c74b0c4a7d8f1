"""Where the tests put their files: into memory when there is room.

Every commit waits for the disk in the product, as it must; in the tests that wait is most of their
time. What is proven about disks (torn, full, read-only) is proven with disks made for that.
"""

import shutil
from pathlib import Path

SHARED = Path("/dev/shm")
ROOM_BYTES = 2 << 30


def room() -> Path | None:
    """A folder in memory, or nothing where memory is small or the system has none."""
    if SHARED.is_dir() and shutil.disk_usage(SHARED).free >= ROOM_BYTES:
        return SHARED
    return None
