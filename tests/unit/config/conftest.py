"""A clean place to read settings in: no file beside, none of our variables around."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.upper().startswith("ALLO_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
