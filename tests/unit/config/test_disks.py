import errno
import os
from pathlib import Path

import pytest

from config.disks import ROOM_BYTES, look_at_disks
from config.settings import Settings, TapeSettings
from crm_core.calls.pbx.settings import PbxSettings

BLOCK = 4096


def disk(
    *, free: int = 1 << 30, is_read_only: bool = False, free_files: int = 1_000
) -> os.statvfs_result:
    """What the system says of a disk."""
    blocks = free // BLOCK
    flag = os.ST_RDONLY if is_read_only else 0
    return os.statvfs_result(
        (BLOCK, BLOCK, 1 << 20, blocks, blocks, 10_000, free_files, free_files, flag, 255)
    )


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (disk(free=0), "full"),
        (disk(free=ROOM_BYTES - BLOCK), "full"),
        (disk(is_read_only=True), "read-only"),
        (disk(free_files=0), "no more files"),
    ],
)
def test_a_disk_that_takes_nothing_more_is_named_with_the_reason(
    tmp_path: Path, found: os.statvfs_result, why: str
) -> None:
    (told,) = look_at_disks(Settings(data_directory=tmp_path), lambda _path: found)

    assert (told.name, told.is_writable) == ("data", False)
    assert why in told.reason
    assert str(tmp_path) not in told.reason


def test_a_disk_with_room_is_well(tmp_path: Path) -> None:
    (told,) = look_at_disks(Settings(data_directory=tmp_path), lambda _path: disk(free=ROOM_BYTES))

    assert (told.is_writable, told.reason) == (True, "")


def test_a_disk_that_has_gone_is_told(tmp_path: Path) -> None:
    def ask(_path: Path) -> os.statvfs_result:
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))

    (told,) = look_at_disks(Settings(data_directory=tmp_path), ask)

    assert (told.is_writable, told.reason) == (False, os.strerror(errno.ESTALE))


def test_tapes_and_a_database_elsewhere_are_looked_at_as_well(tmp_path: Path) -> None:
    settings = Settings(
        data_directory=tmp_path / "data",
        database_url=f"sqlite:///{tmp_path / 'base' / 'allo.sqlite3'}",
        tape=TapeSettings(directory=tmp_path / "tape"),
        pbx=(PbxSettings(name="main", secret="quiet"),),
    )

    told = look_at_disks(settings, lambda path: disk(free=0 if path.name == "tape" else 1 << 30))

    assert {it.name: it.is_writable for it in told} == {
        "data": True,
        "tape": False,
        "database": True,
    }
