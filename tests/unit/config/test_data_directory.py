import stat
from pathlib import Path

import pytest

from config.data_directory import DataDirectoryInUse, holder_of, locked


def test_two_never_hold_one_directory(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    with locked(directory):
        with pytest.raises(DataDirectoryInUse, match="in use by another Allo"), locked(directory):
            pass
        assert holder_of(directory) is not None


def test_a_directory_is_free_again_afterwards(tmp_path: Path) -> None:
    with locked(tmp_path):
        pass

    assert holder_of(tmp_path) is None
    with locked(tmp_path):
        pass


def test_a_new_directory_is_for_our_eyes_only(tmp_path: Path) -> None:
    with locked(tmp_path / "data"):
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_nobody_holds_a_directory_that_is_not_there(tmp_path: Path) -> None:
    assert holder_of(tmp_path / "nowhere") is None
