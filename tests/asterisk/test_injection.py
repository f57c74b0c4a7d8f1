"""No value can become an action: tried on the real thing, whose reader is the one that counts."""

import asyncio

import pytest

from crm_core.calls.pbx.settings import PbxSettings
from telephony.ami_action import UnsafeAction
from telephony.ami_client import AmiClient, LinkState, LinkTiming
from telephony.counters import LinkCounters
from tests.asterisk.ami import ami
from tests.asterisk.pbx import SECRET, Pbx
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.asterisk

LINE_ENDS = ["\r\n", "\n", "\r", "\n\r", "\0", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"]
FOREIGN = "Action: UserEvent{end}UserEvent: Foreign{end}ActionID: foreign{end}{end}"
KEYS = ["Variable", "Channel", "CallerID", "Account"]


def hostile_values() -> list[str]:
    """An action hidden behind each thing that some program takes for the end of a line."""
    values = []
    for end in LINE_ENDS:
        action = FOREIGN.format(end=end)
        values += [f"EPOCH{end}{end}{action}", f"EPOCH{end}{action}", f"{end}{action}"]
    cut = "x" * 1_010  # where a reader with a line buffer of 1,024 bytes would begin anew
    return [*values, cut + FOREIGN.format(end="\r\n"), cut + "Action: UserEvent", "я" * 600]


async def test_no_value_becomes_an_action_of_its_own(pbx: Pbx) -> None:
    is_up = asyncio.Event()

    def on_state(state: LinkState, _reason: str) -> None:
        if state is LinkState.UP:
            is_up.set()

    async def nothing() -> None:
        pass

    settings = PbxSettings(port=pbx.ami_port, username="all", secret=SECRET)
    async with ami(pbx.ami_port) as watcher:
        client = AmiClient(
            settings,
            lambda _frames: None,
            on_state=on_state,
            on_up=nothing,
            counters=LinkCounters(),
            timing=LinkTiming(),
        )
        running = asyncio.create_task(client.run())
        await asyncio.wait_for(is_up.wait(), PATIENCE_SECONDS)
        refused = 0
        for value in hostile_values():
            for key in KEYS:
                try:
                    reply = await client.call({"Action": "Getvar", key: value})
                except UnsafeAction:
                    refused += 1
                else:
                    assert "foreign" not in str(reply)
        await watcher.action("UserEvent", UserEvent="Last")
        await watcher.until(lambda m: m.get("UserEvent") == "Last")
        client.close()
        await running

    assert refused == len(hostile_values()) * len(KEYS)
    assert [m for m in watcher.messages if m.get("UserEvent") == "Foreign"] == []
