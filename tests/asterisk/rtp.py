"""Sound of a SIP phone: one G.711 stream with a steady tone, and a count of what is heard."""

import asyncio
import math
import struct

from tests.patience import PATIENCE_SECONDS

SAMPLES_A_PACKET = 160
PACKET_SECONDS = 0.02
PCMU = 0


def mu_law(sample: int) -> int:
    """One 16-bit sample as a G.711 µ-law byte."""
    magnitude = min(abs(sample), 32_635) + 132
    exponent = magnitude.bit_length() - 8
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    sign = 0x80 if sample < 0 else 0
    return ~(sign | (exponent << 4) | mantissa) & 0xFF


def tone(hertz: int) -> bytes:
    """A second of a tone; whole periods, so that it may be repeated without a click."""
    steps = (math.sin(2 * math.pi * hertz * i / 8000) for i in range(8000))
    return bytes(mu_law(int(9000 * step)) for step in steps)


class RtpStream(asyncio.DatagramProtocol):
    """The sound of one call. It is heard by the other side only between `play` and `stop`."""

    def __init__(self, hertz: int) -> None:
        self._sound = tone(hertz)
        self._playing: asyncio.TimerHandle | None = None
        self._transport: asyncio.DatagramTransport | None = None
        self.port = 0
        self.packets_heard = 0
        self._waiting: tuple[int, asyncio.Event] | None = None
        self.bytes_heard = bytearray()

    @classmethod
    async def open(cls, host: str, hertz: int) -> "RtpStream":
        loop = asyncio.get_running_loop()
        _, stream = await loop.create_datagram_endpoint(lambda: cls(hertz), local_addr=(host, 0))
        return stream

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) > 12 and data[1] & 0x7F == PCMU:
            self.packets_heard += 1
            self.bytes_heard += data[12:]
            if self._waiting is not None and self.packets_heard >= self._waiting[0]:
                self._waiting[1].set()

    def play(self, to: tuple[str, int]) -> None:
        self.stop()
        self._send(to, 0, asyncio.get_running_loop().time())

    async def heard(self, packets: int, *, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until so many packets of the other side have come."""
        self._waiting = (packets, asyncio.Event())
        if self.packets_heard < packets:
            async with asyncio.timeout(seconds):
                await self._waiting[1].wait()

    def stop(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
            self._playing = None

    def close(self) -> None:
        self.stop()
        if self._transport is not None:
            self._transport.close()

    def _send(self, to: tuple[str, int], number: int, began_at: float) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        start = number * SAMPLES_A_PACKET % len(self._sound)
        header = struct.pack(
            "!BBHII", 0x80, PCMU, number & 0xFFFF, number * SAMPLES_A_PACKET & 0xFFFFFFFF, self.port
        )
        self._transport.sendto(header + self._sound[start : start + SAMPLES_A_PACKET], to)
        due = began_at + (number + 1) * PACKET_SECONDS
        loop = asyncio.get_running_loop()
        self._playing = loop.call_at(due, self._send, to, number + 1, began_at)
