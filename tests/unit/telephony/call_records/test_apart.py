"""Reading that hangs holds up nobody's end."""

import asyncio
import threading

import pytest

from telephony.call_records.apart import apart
from tests.patience import PATIENCE_SECONDS


async def test_a_result_or_an_error_comes_back() -> None:
    assert await apart(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await apart(lambda: 1 // 0)


def test_a_loop_ends_while_a_dead_mount_is_being_read() -> None:
    is_back = threading.Event()

    async def ask() -> None:
        asking = asyncio.create_task(apart(is_back.wait))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    asyncio.run(asyncio.wait_for(ask(), PATIENCE_SECONDS))
    is_back.set()  # and what comes too late finds nobody: a warning here would fail the test
