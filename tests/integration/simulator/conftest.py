"""A simulated PBX on a real socket, and a program that listens to it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from telephony.ami_event import FRAME_END, AmiEvent, parse_frame
from telephony.simulator.channels import Phone
from telephony.simulator.pbx import SimulatedPbx

PHONES = (
    Phone("101", "Анна Соколова", ("sales",)),
    Phone("102", "Борис Лебедев", ("sales",)),
    Phone("103", "Вера Ильина", ("sales",)),
)


@dataclass(slots=True)
class Listener:
    """The other side of an AMI connection, as simple as it gets."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def next(self) -> AmiEvent:
        frame = await self.reader.readuntil(FRAME_END)
        return parse_frame(frame.removesuffix(FRAME_END))

    async def ask(self, **action: str) -> AmiEvent:
        """Send an action; the answer, passing over events."""
        lines = "".join(f"{key}: {value}\r\n" for key, value in action.items())
        self.writer.write(f"{lines}ActionID: 7\r\n\r\n".encode())
        while True:
            told = await self.next()
            if "Response" in told and told["Response"] != "" and told.get("ActionID") == "7":
                return told

    async def until(self, event: str) -> list[AmiEvent]:
        """Everything up to and with the next event of this name."""
        told = [await self.next()]
        while told[-1].get("Event") != event:
            told.append(await self.next())
        return told

    async def log_in(self) -> None:
        answer = await self.ask(Action="Login", Username="demo", Secret="quiet")
        assert answer["Response"] == "Success"
        await self.until("FullyBooted")


@pytest.fixture
async def pbx() -> AsyncIterator[SimulatedPbx]:
    simulated = SimulatedPbx(phones=PHONES, username="demo", secret="quiet", seed=1, speed=200)
    async with simulated.serve():
        yield simulated


@pytest.fixture
async def stranger(pbx: SimulatedPbx) -> AsyncIterator[Listener]:
    """Connected, but not logged in."""
    reader, writer = await asyncio.open_connection("127.0.0.1", pbx.port)
    assert (await reader.readline()).startswith(b"Asterisk Call Manager/")
    yield Listener(reader, writer)
    writer.close()
    await writer.wait_closed()


@pytest.fixture
async def listener(stranger: Listener) -> Listener:
    await stranger.log_in()
    return stranger
