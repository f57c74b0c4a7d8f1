"""T7: nothing outside the folder is ever opened, whatever the name and whatever lies there."""

import contextlib
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from recordings.places import Place, relative_parts
from recordings.safe_open import NotAFile, open_inside

SECRET = b"what nobody may hear"
PREFIX = "/spool"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_bytes(SECRET)
    root = tmp_path / "monitor"
    (root / "2026").mkdir(parents=True)
    (root / "2026" / "good.wav").write_bytes(b"good")
    return root


def read(root: Path, *parts: str) -> bytes:
    fd = open_inside(Place(root=root, parts=parts))
    try:
        return os.read(fd, 1000)
    finally:
        os.close(fd)


def test_a_plain_file_is_read(root: Path) -> None:
    assert read(root, "2026", "good.wav") == b"good"


def test_a_pattern_finds_the_newest_name(root: Path) -> None:
    (root / "2026" / "good.wav.2").write_bytes(b"newer")

    assert read(root, "2026", "*good*") == b"newer"


def test_what_is_not_there_may_come_yet(root: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(root, "2026", "later.wav")
    with pytest.raises(FileNotFoundError):
        read(root, "2027", "later.wav")


Trap = Callable[[Path], tuple[str, ...]]


def _link(root: Path) -> tuple[str, ...]:
    (root / "a.wav").symlink_to(root.parent / "secret")
    return ("a.wav",)


def _link_by_pattern(root: Path) -> tuple[str, ...]:
    (root / "2026" / "z-good.wav").symlink_to(root.parent / "secret")
    return ("2026", "*good*")


def _folder_link(root: Path) -> tuple[str, ...]:
    (root / "out").symlink_to(root.parent)
    return ("out", "secret")


def _pipe(root: Path) -> tuple[str, ...]:
    os.mkfifo(root / "pipe.wav")
    return ("pipe.wav",)


def _folder(root: Path) -> tuple[str, ...]:
    return ("2026",)


def _through_a_file(root: Path) -> tuple[str, ...]:
    return ("2026", "good.wav", "x")


def _device(root: Path) -> tuple[str, ...]:
    os.mknod(root / "zero.wav", 0o600 | 0o020000, os.makedev(1, 5))
    return ("zero.wav",)


@pytest.mark.parametrize(
    "trap", [_link, _link_by_pattern, _folder_link, _pipe, _folder, _through_a_file]
)
def test_whatever_is_no_plain_file_inside_is_refused(root: Path, trap: Trap) -> None:
    with pytest.raises(NotAFile):
        read(root, *trap(root))


def test_a_device_is_refused_where_one_can_be_made(root: Path) -> None:
    try:
        parts = _device(root)
    except PermissionError:
        parts = _pipe(root)  # an ordinary user makes no devices; a pipe is as bad
    with pytest.raises(NotAFile):
        read(root, *parts)


@pytest.mark.parametrize(
    "count", [200, pytest.param(2_000, marks=pytest.mark.torture)], ids=["some", "all"]
)
def test_no_name_reads_a_byte_from_outside(root: Path, count: int) -> None:
    (root / "out").symlink_to(root.parent)
    (root / "secret.wav").symlink_to("../secret")
    chance = random.Random(count)
    pieces = ["..", ".", "", "secret", "out", "2026", "/", "\\", "%2e%2e", "*", "[s]ecret", "~",
              "secret.wav", "good.wav", "....//", "\u2025", "..\u2215", "x" * 300]  # fmt: skip
    for _ in range(count):
        name = "/".join(chance.choices(pieces, k=chance.randint(1, 7)))
        parts = relative_parts(f"{PREFIX}/{name}", PREFIX)
        if parts is None:
            continue
        with contextlib.suppress(FileNotFoundError, NotAFile):
            assert SECRET not in read(root, *parts), parts


def test_a_file_that_is_swapped_for_a_link_at_any_moment_gives_nothing_away(root: Path) -> None:
    """Somebody changes a name from file to link and back, as fast as they can."""
    target, stop = root / "swap.wav", threading.Event()

    def swap() -> None:
        new = root / "new"
        while not stop.is_set():
            new.unlink(missing_ok=True)
            new.write_bytes(b"good")
            os.replace(new, target)
            new.symlink_to(root.parent / "secret")
            os.replace(new, target)

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        for _ in range(2_000):
            try:
                assert SECRET not in read(root, "swap.wav")
            except (FileNotFoundError, NotAFile):
                continue
    finally:
        stop.set()
        swapping.join()
