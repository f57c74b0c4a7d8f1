"""What a second link does: moves calls, presses keys on somebody's phone, logs agents in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.asterisk.ami import Ami, ami
from tests.asterisk.office import Office

KEYS_SECONDS = 0.5  # music begins at once, the keys are understood a moment later


@asynccontextmanager
async def steering(office: Office) -> AsyncIterator[Ami]:
    """A second AMI link, for what an operator's program would ask the PBX to do."""
    async with ami(office.pbx.ami_port, "all") as link:
        yield link


async def channel_of(link: Ami, line: str) -> str:
    """The name of the newest channel of `PJSIP/101`."""
    link.messages.clear()
    listed = await link.action("CoreShowChannels")
    await link.until(lambda m: m.get("Event") == "CoreShowChannelsComplete")
    found = [m["Channel"] for m in link.events("CoreShowChannel") if m["Channel"].startswith(line)]
    assert listed["Response"] == "Success"
    return found[-1]


async def press(link: Ami, line: str, keys: str) -> None:
    """Somebody presses keys on a phone: a feature code, or a choice in a menu."""
    channel = await channel_of(link, line)
    for key in keys:
        told = await link.action("PlayDTMF", Channel=channel, Digit=key, Receive="true")
        assert told["Response"] == "Success", told


async def key_in(office: Office, line: str, code: str, number: str) -> None:
    """Somebody presses a feature code, hears that it is understood, and then keys in a number."""
    async with steering(office) as link:
        await press(link, line, code)
        await asyncio.sleep(KEYS_SECONDS)
        await press(link, line, number)
