"""Reading and tracking alone: what a PBX says as fast as it is read, without database and browsers.

    python -m tests.bench.readers link|parser AMI_PORT CALLS EVENTS_A_CALL FOLDER

`link` is the product's own road: wire, tape, tracker, with a call log and a bus that only count.
`parser` is the floor: every event made a dict by hand, and forgotten. Both run in the same loop,
and print a line whenever they are through with so many calls.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import SecretStr

from config.serving import run_loop
from crm_core.kernel.bus import EventBus
from crm_core.kernel.call_facts import CallSnapshot, Checkpoint
from crm_core.kernel.events import CallEnded, Event
from telephony.link import PbxLink, PbxSettings


class Counting(EventBus):
    """Counts calls as they end, and says so after each round."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self._calls = calls
        self._ended = 0

    def publish(self, event: Event) -> None:
        if isinstance(event, CallEnded):
            self._ended += 1
            if self._ended % self._calls == 0:
                print("through", flush=True)


class CountedLog:
    """A call log that counts what it is given."""

    def __init__(self) -> None:
        self.states = 0

    def put(self, pbx: str, calls: Sequence[CallSnapshot], checkpoint: Checkpoint | None) -> None:
        self.states += len(calls)


async def link(port: int, calls: int, _events_a_call: int, folder: Path) -> None:
    """Follow the PBX as the product does, until killed."""
    settings = PbxSettings(
        name="bench",
        port=port,
        username="bench",
        secret=SecretStr("bench"),
        trunks=("PJSIP/provider",),
    )
    await PbxLink(settings, tape_directory=folder, bus=Counting(calls), call_log=CountedLog()).run()


async def parser(port: int, calls: int, events_a_call: int, _folder: Path) -> None:
    """Make a dict of each event, as little as can be done, until killed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    await reader.readline()
    writer.write(b"Action: Login\r\nUsername: bench\r\nSecret: bench\r\n\r\n")
    rest, parsed = b"", 0
    while data := await reader.read(1 << 16):
        *frames, rest = (rest + data).split(b"\r\n\r\n")
        for frame in frames:
            lines = frame.decode(errors="replace").split("\r\n")
            event = dict(line.split(": ", 1) for line in lines if ": " in line)
            if event.get("Event", "FullyBooted") != "FullyBooted":
                parsed += 1
                if parsed % (calls * events_a_call) == 0:
                    print("through", flush=True)


if __name__ == "__main__":
    read = {"link": link, "parser": parser}[sys.argv[1]]
    port, calls, events_a_call = (int(word) for word in sys.argv[2:5])
    run_loop(lambda _stop: read(port, calls, events_a_call, Path(sys.argv[5])))
