"""Calls worth recording: each plays one story with real phones and says what truly happened.

The truth never comes from AMI: it is what the phones did.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.asterisk.office import Office
from tests.asterisk.sip_call import SipCall
from tests.asterisk.sip_phone import SipPhone

Truth = dict[str, Any]
Play = Callable[[Office], Awaitable[Truth]]

CLIENT = "+79161234567"
TALK_SECONDS = 1.5
RING_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story, what it is about, and the code that plays it."""

    title: str
    tags: tuple[str, ...]
    play: Play

    @property
    def name(self) -> str:
        return self.play.__name__


SCENARIOS: dict[str, Scenario] = {}


def scenario(title: str, *tags: str) -> Callable[[Play], Play]:
    """Make the function below a scenario that can be recorded under its own name."""

    def add(play: Play) -> Play:
        found = Scenario(title, tags, play)
        SCENARIOS[found.name] = found
        return play

    return add


async def phones_of(office: Office, *extensions: str) -> list[SipPhone]:
    return [await office.phone(extension) for extension in extensions]


async def talk(call: SipCall, hangs_up: SipCall, seconds: float = TALK_SECONDS) -> None:
    """Let two sides talk for a while; then one of them puts the receiver down."""
    await call.up()
    await asyncio.sleep(seconds)
    await hangs_up.hang_up()
    await call.over()


async def first_to_ring(phones: list[SipPhone]) -> SipCall:
    """The call on the phone that rings first, where the PBX rings one at a time."""
    waiting = [asyncio.ensure_future(phone.ringing()) for phone in phones]
    done, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for waiter in pending:
        waiter.cancel()
    return done.pop().result()


def inbound(did: str, rang: list[str], outcome: str, **more: Any) -> Truth:
    call = {"caller": CLIENT, "did": did, "rang": rang, "outcome": outcome, **more}
    return {"direction": "inbound", "calls": [call]}


def outbound(agent: str, callee: str, outcome: str, **more: Any) -> Truth:
    call = {"agent": agent, "callee": callee, "rang": [callee], "outcome": outcome, **more}
    return {"direction": "outbound", "calls": [call]}


def internal(caller: str, callee: str, outcome: str, **more: Any) -> Truth:
    call = {"caller": caller, "callee": callee, "rang": [callee], "outcome": outcome, **more}
    return {"direction": "internal", "calls": [call]}
