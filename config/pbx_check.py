"""What the doctor asks of a PBX: can it be reached, are we let in, may we do enough and not more.

Speaks the few AMI words itself, so that the doctor can say what is wrong when the link cannot.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from telephony.ami_event import FRAME_END, AmiEvent, parse_frame
from telephony.pbx_settings import PbxSettings

Told = tuple[Literal["ok", "warning", "failed"], str, str]  # verdict, text, advice

PATIENCE_SECONDS = 5.0
EVENT_SECONDS = 3.0

# An action that only a user with this class of rights finds in the list of what it may ask.
SIGNS_OF = {
    "originate": "originate",
    "redirect": "call",
    "queuepause": "agent",
    "command": "command",
    "updateconfig": "config",
    "modulecheck": "system",
    "dbput": "system",
    "userevent": "user",
}
NEEDED = ("originate", "call", "agent")
RISKS = {
    "command": "can run any command of Asterisk's console",
    "config": "can rewrite Asterisk's configuration",
    "system": "can restart Asterisk and write its database",
}


class _Silent(Exception):
    """The other side said nothing in time, or hung up."""


@dataclass(slots=True)
class _Conversation:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    has_heard_event: bool = False

    async def ask(self, **action: str) -> AmiEvent:
        """Send one action and give the answer, passing over events."""
        lines = "".join(f"{key}: {value}\r\n" for key, value in action.items())
        self.writer.write(f"{lines}ActionID: doctor\r\n\r\n".encode())
        while True:
            told = await self.next_message()
            if "Response" in told and told.get("ActionID") == "doctor":
                return told

    async def next_message(self, patience: float = PATIENCE_SECONDS) -> AmiEvent:
        try:
            async with asyncio.timeout(patience):
                frame = await self.reader.readuntil(FRAME_END)
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            raise _Silent from None
        told = parse_frame(frame.removesuffix(FRAME_END))
        self.has_heard_event |= "Event" in told
        return told


async def check_pbx(pbx: PbxSettings) -> list[Told]:
    """Every step as far as one gets: reached, logged in, rights, events."""
    try:
        async with _conversation(pbx) as conversation:
            told: list[Told] = [("ok", f"{pbx.host}:{pbx.port} answers as Asterisk", "")]
            told += await _log_in(conversation, pbx)
            if told[-1][0] != "failed":
                told += await _rights(conversation)
                told.append(await _events(conversation))
            return told
    except OSError as error:
        why = (error.strerror or str(error) or type(error).__name__).lower()
        advice = "is Asterisk running, and does manager.conf bind to an address we can reach?"
        return [("failed", f"{pbx.host}:{pbx.port} cannot be reached: {why}", advice)]
    except _Silent:
        advice = "is this AMI's port (5038 unless changed), and does manager.conf permit us?"
        return [("failed", f"{pbx.host}:{pbx.port} does not speak as Asterisk does", advice)]


@asynccontextmanager
async def _conversation(pbx: PbxSettings) -> AsyncIterator[_Conversation]:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection(pbx.host, pbx.port)
    except TimeoutError:
        raise OSError("no answer in time") from None
    try:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                banner = await reader.readline()
        except (TimeoutError, ValueError):
            raise _Silent from None
        if not banner.startswith(b"Asterisk Call Manager"):
            raise _Silent
        yield _Conversation(reader, writer)
    finally:
        writer.close()


async def _log_in(conversation: _Conversation, pbx: PbxSettings) -> list[Told]:
    secret = pbx.secret.get_secret_value()
    if "\r" in secret or "\n" in secret:
        return [("failed", "the secret holds a line end", "write it on one line")]
    answer = await conversation.ask(
        Action="Login", Username=pbx.username, Secret=secret, Events="on"
    )
    if answer.get("Response") == "Success":
        return [("ok", f"{pbx.username} is let in", "")]
    advice = "compare user name and secret with manager.conf, then `manager reload`; check `permit`"
    return [("failed", f"{pbx.username} is refused: {answer.get('Message', '')}", advice)]


async def _rights(conversation: _Conversation) -> list[Told]:
    answer = await conversation.ask(Action="ListCommands")
    may_ask = {key.lower() for key in answer}
    held = {right for action, right in SIGNS_OF.items() if action in may_ask}
    if answer.get("Response") != "Success" or not held:
        advice = f"give the user `write = {','.join(NEEDED)}` in manager.conf"
        return [("warning", "the user may ask nothing of the PBX", advice)]
    told: list[Told] = []
    if missing := [right for right in NEEDED if right not in held]:
        advice = f"add to `write` in manager.conf: {','.join(missing)}"
        told.append(("warning", f"rights are missing: {', '.join(missing)}", advice))
    for right, risk in RISKS.items():
        if right in held:
            advice = f"take `{right}` out of `write` in manager.conf; {','.join(NEEDED)} is enough"
            told.append(
                ("warning", f"more rights than needed: whoever has this secret {risk}", advice)
            )
    return told or [("ok", "the rights are enough and not too many", "")]


async def _events(conversation: _Conversation) -> Told:
    """FullyBooted follows every login of a user that may read system events."""
    try:
        while not conversation.has_heard_event:
            await conversation.next_message(EVENT_SECONDS)
    except _Silent:
        advice = "give the user `read = system,call,agent,user,cdr` in manager.conf"
        return "failed", "no events arrive: the user may read nothing", advice
    return "ok", "events arrive", ""
