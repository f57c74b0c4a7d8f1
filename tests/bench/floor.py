"""The floor: the least program that could show who is calling. What Allo is measured against.

It parses each AMI event by hand, asks the database once for the caller's name, and writes one
frame to the agent's socket. No rights, no tape, no call log, no second agent.

    python -m tests.bench.floor AMI_PORT PUSH_PORT DATABASE_FILE
"""

import asyncio
import json
import sqlite3
import sys
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve

ONE_CLIENT = (
    "SELECT c.id, c.name FROM client_phone p JOIN client c ON c.id = p.client_id WHERE p.number = ?"
)


async def main(ami_port: int, push_port: int, database: str) -> None:
    """Serve until killed."""
    tabs: dict[str, ServerConnection] = {}
    clients = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    outgoing: asyncio.Queue[tuple[ServerConnection, str]] = asyncio.Queue()

    async def serve_tab(connection: ServerConnection) -> None:
        assert connection.request
        extension = parse_qs(urlsplit(connection.request.path).query)["extension"][0]
        tabs[extension] = connection
        await connection.send('{"type": "snapshot"}')
        await connection.wait_closed()

    def on_event(event: dict[str, str]) -> None:
        if event.get("Event") != "Newstate" or event["ChannelStateDesc"] != "Ringing":
            return
        extension, caller = event["CallerIDNum"], event["ConnectedLineNum"]
        row = clients.execute(ONE_CLIENT, (caller,)).fetchone()
        frame = {"type": "call.ringing", "number": caller, "client": row and row[1]}
        if tab := tabs.get(extension):
            outgoing.put_nowait((tab, json.dumps(frame)))

    async def send_frames() -> None:
        while True:
            tab, frame = await outgoing.get()
            await tab.send(frame)

    async def read_events() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", ami_port, limit=1 << 20)
        await reader.readline()
        writer.write(b"Action: Login\r\nUsername: bench\r\nSecret: bench\r\n\r\n")
        rest = b""
        while data := await reader.read(1 << 16):
            *frames, rest = (rest + data).split(b"\r\n\r\n")
            for frame in frames:
                lines = frame.decode(errors="replace").split("\r\n")
                on_event(dict(line.split(": ", 1) for line in lines if ": " in line))

    async with serve(serve_tab, "127.0.0.1", push_port, compression=None):
        await asyncio.gather(read_events(), send_frames())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
