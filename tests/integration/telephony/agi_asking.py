"""A dialplan that asks: the PBX's side of FastAGI on a real socket, well and badly behaved."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from crm_core.calls.caller_answer import CallerAnswer, CallerQuestion
from telephony.agi.neighbours import Neighbours
from telephony.agi.server import AgiOffice, AgiServer
from telephony.agi.session import AgiTiming
from tests.patience import PATIENCE_SECONDS
from tests.unit.telephony.agi.test_protocol import words_of

Answer = Callable[[CallerQuestion], Awaitable[CallerAnswer]]
KNOWN = CallerAnswer(status="found", name="Анна «Мир»", is_vip=True, extension="101")


@dataclass
class Told:
    """What a channel was told, and how the service left it."""

    variables: dict[str, str] = field(default_factory=dict)
    is_closed: bool = False


def question(script: str = "caller", caller: str = "89161234567", *arguments: str) -> bytes:
    """What Asterisk sends first."""
    lines = {
        "agi_network": "yes",
        "agi_network_script": script,
        "agi_request": f"agi://127.0.0.1/{script}",
        "agi_channel": "PJSIP/provider-00000001",
        "agi_callerid": caller,
        "agi_calleridname": "unknown",
        "agi_dnid": "74950000701",
        **{f"agi_arg_{place}": value for place, value in enumerate(arguments, start=1)},
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items()).encode() + b"\n"


async def ask(port: int, asked: bytes, *, reply: bytes = b"200 result=1\n") -> Told:
    """Ask, and give the channel what is told until the service closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    told = Told()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            writer.write(asked)
            while line := await reader.readline():
                verb, noun, name, value = words_of(line.decode().removesuffix("\n"))
                assert (verb, noun) == ("SET", "VARIABLE")
                told.variables[name] = value
                writer.write(reply)
            told.is_closed = True
    except ConnectionError:
        pass
    finally:
        writer.transport.abort()
    return told


async def known(_question: CallerQuestion) -> CallerAnswer:
    return KNOWN


@asynccontextmanager
async def service(
    answer: Answer = known,
    *,
    links: Sequence[str] = ("main",),
    allow: Sequence[str] | None = None,
    timing: AgiTiming | None = None,
) -> AsyncIterator[tuple[AgiServer, int]]:
    """A running service whose core answers so; gives it and its port."""
    server = AgiServer(
        AgiOffice(
            ask=answer,
            links=lambda: links,
            interface_of=lambda pbx, extension: f"PJSIP/{extension}" if pbx == "main" else None,
            neighbours=Neighbours(allow),
            timing=timing or AgiTiming(),
        )
    )
    async with (
        asyncio.TaskGroup() as workers,
        server.serve(workers, host="127.0.0.1", port=0) as port,
    ):
        yield server, port
