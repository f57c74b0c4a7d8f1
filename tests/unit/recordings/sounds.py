"""Sound files made by code: tones whose pitch says which side is which."""

import array
import math
import struct
import wave
from pathlib import Path

RATE = 8_000
AGENT_HZ, CLIENT_HZ = 440.0, 1_000.0


def tone(hertz: float, seconds: float, *, loudness: float = 0.5) -> "array.array[int]":
    """A steady tone as samples."""
    turn = 2 * math.pi * hertz / RATE
    return array.array(
        "h", (int(32_000 * loudness * math.sin(turn * n)) for n in range(int(RATE * seconds)))
    )


def silence(seconds: float) -> "array.array[int]":
    return array.array("h", bytes(2 * int(RATE * seconds)))


def write_wav(path: Path, *lanes: "array.array[int]") -> Path:
    """One lane or two, of the same length."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(lanes))
        file.setsampwidth(2)
        file.setframerate(RATE)
        mixed = array.array("h", (sample for frame in zip(*lanes, strict=True) for sample in frame))
        file.writeframes(mixed.tobytes())
    return path


def wav_header(claimed: int, *, codec: int = 1) -> bytes:
    """A WAV that promises so many bytes of sound, and has none yet."""
    form = struct.pack("<HHIIHH", codec, 1, RATE, RATE * 2, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", claimed + 36)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + b"data"
        + struct.pack("<I", claimed)
    )
