"""One question of a dialplan: read it, have it answered in time, tell the channel, close.

The call waits meanwhile, so everything here has an end: whoever is silent, slow or endless is left.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telephony.agi.protocol import (
    HANGUP,
    LINES_LIMIT,
    AgiRequest,
    NotAgi,
    is_done,
    read_environment,
    read_line,
    set_variable,
)

logger = logging.getLogger(__name__)

Variables = dict[str, str]
Answerer = Callable[[AgiRequest], Awaitable[Variables]]
"""What a channel is told; never raises."""

REPLY_LINES = 8  # before the answer to a command: notices of a hang-up, nothing else


class CutOff(Exception):
    """The channel went away, or does not do what it is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgiTiming:
    """How long each part of a question may take, in seconds."""

    ask: float = 1.5
    look_up: float = 0.15
    tell: float = 1.5


async def read_request(reader: asyncio.StreamReader, seconds: float) -> AgiRequest:
    """Read what the PBX says of the call; raises `NotAgi` for anything else."""
    lines: Variables = {}
    try:
        async with asyncio.timeout(seconds):
            for _count in range(LINES_LIMIT):
                line = (await reader.readuntil(b"\n")).rstrip(b"\r\n")
                if not line:
                    return read_environment(lines)
                name, value = read_line(line)
                lines[name] = value
    except TimeoutError:
        raise NotAgi("it did not say what it asks in time") from None
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, OSError) as error:
        raise NotAgi(f"it ended in the middle of the question ({type(error).__name__})") from None
    raise NotAgi("the question has no end")


async def tell(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    variables: Variables,
    seconds: float,
) -> None:
    """Set the variables, one after another; raises `CutOff` when the channel does not go along."""
    try:
        async with asyncio.timeout(seconds):
            for name, value in variables.items():
                writer.write(set_variable(name, value))
                await writer.drain()
                reply = await _reply(reader)
                if not is_done(reply):
                    raise CutOff(f"{name} was not set: {reply[:80]!r}")
    except TimeoutError:
        raise CutOff("no answer") from None
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError) as error:
        raise CutOff(type(error).__name__) from None


async def _reply(reader: asyncio.StreamReader) -> str:
    for _count in range(REPLY_LINES):
        line = (await reader.readuntil(b"\n")).decode("utf-8", "replace").strip()
        if line == HANGUP:
            raise CutOff("the caller has hung up")
        if line:
            return line
    raise CutOff("nothing but empty lines")
