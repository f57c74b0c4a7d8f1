"""T28: what stands in the database tells nobody a secret who has not the key as well."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crm_core.kernel.secret_box import KeyUnusable, SecretBox, SecretUnreadable

SECRET = "planted: корова и 'кавычки'"


@pytest.fixture
def box(tmp_path: Path) -> SecretBox:
    return SecretBox(tmp_path / "data" / "secrets.key")


def test_a_secret_comes_back_whole_and_does_not_stand_there(box: SecretBox) -> None:
    sealed = box.seal(SECRET)

    assert SecretBox(box.key_file).open(sealed) == SECRET
    assert SECRET not in sealed
    assert box.seal(SECRET) != sealed


def test_the_key_is_for_its_owner_alone(box: SecretBox) -> None:
    assert not box.key_file.exists()
    box.seal(SECRET)

    assert stat.S_IMODE(box.key_file.stat().st_mode) == 0o600
    assert [path.name for path in box.key_file.parent.iterdir()] == ["secrets.key"]


def test_of_many_who_make_the_key_at_once_one_wins(box: SecretBox) -> None:
    with ThreadPoolExecutor(8) as threads:
        sealed = list(threads.map(lambda number: box.seal(str(number)), range(32)))

    assert [box.open(one) for one in sealed] == [str(number) for number in range(32)]


def test_without_its_key_a_secret_is_lost_and_says_so(box: SecretBox, tmp_path: Path) -> None:
    sealed = box.seal(SECRET)
    other = SecretBox(tmp_path / "other.key")
    other.seal("x")

    for wrong in (other, SecretBox(tmp_path / "nowhere.key")):
        with pytest.raises(SecretUnreadable) as refused:
            wrong.open(sealed)
        assert "planted" not in str(refused.value)
    with pytest.raises(SecretUnreadable):
        box.open("not what was sealed")


def test_a_key_that_cannot_be_used_is_told_without_its_content(tmp_path: Path) -> None:
    spoilt = tmp_path / "secrets.key"
    spoilt.write_text("not a key")

    with pytest.raises(KeyUnusable) as refused:
        SecretBox(spoilt).seal(SECRET)

    assert "not a key" not in str(refused.value)
