"""Fixtures of the real PBX, for the tests here and for those that also look at a browser."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.asterisk.install import AsteriskUnavailable, Installation, ensure_installed
from tests.asterisk.office import Office
from tests.asterisk.pbx import Pbx


@pytest.fixture(scope="session")
def installation() -> Installation:
    """The unpacked Asterisk. Where it cannot be had, the tests say why; in CI they fail."""
    try:
        return ensure_installed()
    except AsteriskUnavailable as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no real Asterisk here: {missing}")


def running_pbx(installation: Installation) -> Iterator[Pbx]:
    pbx = Pbx(installation)
    try:
        pbx.start()
        yield pbx
    finally:
        pbx.remove()


@pytest.fixture(scope="session")
def pbx(installation: Installation) -> Iterator[Pbx]:
    """A PBX that all gentle tests share: it must be left as it was found, without calls."""
    yield from running_pbx(installation)


@pytest.fixture
def own_pbx(installation: Installation) -> Iterator[Pbx]:
    """A PBX of this test alone, to be restarted, killed and frozen."""
    yield from running_pbx(installation)


@pytest.fixture
async def office(pbx: Pbx) -> AsyncIterator[Office]:
    """Phones and the provider's line round the shared PBX; all is hung up afterwards."""
    async with Office(pbx) as office:
        yield office
