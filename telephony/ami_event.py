"""One message of Asterisk's Manager Interface: from bytes to a plain dict.

Forgiving on purpose. What a caller puts into his name ends up in these bytes, so nothing in them
may raise, grow without bound or smuggle a control character further into the house.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

AmiEvent = dict[str, str]

FRAME_END = b"\r\n\r\n"
VALUE_LIMIT = 4_096  # characters; Asterisk's own messages stay below 2.6 kB altogether
KEY_LIMIT = 128

# Everything below a blank but TAB, CR and LF (these two end lines), and DEL.
_ASCII_CONTROLS = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D}) + b"\x7f"
# C1 controls, line and paragraph separators, and the marks that turn the reading direction of what
# follows: a name must not be able to rearrange the screen it is shown on.
_OTHER_CONTROLS = re.compile("[\x80-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_CAPTURE_HEADER = re.compile(rb"@ (\d+(?:\.\d+)?) (\d+)\r?\n")


def decode(raw: bytes) -> str:
    """Text of one whole message: UTF-8, else each line as the PBX most likely meant it.

    Decided only once all bytes of a message are there, so a letter cut by a segment border is
    never lost.
    """
    raw = raw.translate(None, _ASCII_CONTROLS)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = "\r\n".join(_decode_line(line) for line in raw.split(b"\r\n"))
    return text if text.isascii() else _OTHER_CONTROLS.sub("", text)


def _decode_line(line: bytes) -> str:
    """A damaged UTF-8 line stays UTF-8 (Asterisk cuts long names); any other is cp1251."""
    text = line.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if damaged and sum(letter > "\x7f" for letter in text) <= 2 * damaged:
        return line.decode("cp1251", "replace")
    return text


def parse_frame(frame: bytes) -> AmiEvent:
    """Read one message without its closing empty line. Never raises.

    A key that occurs twice keeps its first value. Lines without a colon are passed over: compare
    `count_malformed`. Stray line ends before the first line do no harm.
    """
    text = decode(frame)
    lines = text.split("\r\n")
    try:
        ami = dict([line.split(": ", 1) for line in lines])
    except ValueError:  # a line without ": "
        return _parse_with_care(text)
    ends = len(lines) - 1
    if (
        len(ami) <= ends  # a key came twice
        or len(text) > VALUE_LIMIT
        or text.count("\n") != ends
        or text.count("\r") != ends
    ):
        return _parse_with_care(text)
    return ami


def _parse_with_care(text: str) -> AmiEvent:
    """The slow road for the rare message that is not made of plain `Key: value` lines."""
    ami: AmiEvent = {}
    for line in text.split("\r\n"):
        key, colon, value = line.replace("\r", " ").replace("\n", " ").partition(":")
        key = key.strip()
        if colon and key and len(key) <= KEY_LIMIT:
            ami.setdefault(key, value.removeprefix(" ")[:VALUE_LIMIT])
    return ami


def count_malformed(frame: bytes) -> int:
    """How many lines of a message say nothing: no colon, or no key before it."""
    return sum(1 for line in frame.strip(b"\r\n").split(b"\r\n") if line.find(b":") < 1)


def parse_stream(raw: bytes) -> Iterator[AmiEvent]:
    """Read the messages of a whole stream of bytes, in order, without an unfinished last one."""
    *frames, _unfinished = raw.split(FRAME_END)
    for frame in frames:
        if ami := parse_frame(frame):
            yield ami


def parse_capture(raw: bytes) -> Iterator[tuple[timedelta, AmiEvent]]:
    """Read a recorded stream as messages, each with the time of the read that completed it."""
    for seconds, frame in parse_capture_bytes(raw):
        if ami := parse_frame(frame):
            yield timedelta(seconds=seconds), ami


def parse_capture_bytes(raw: bytes) -> Iterator[tuple[float, bytes]]:
    """Cut a recorded stream: `@ <seconds> <bytes>` and exactly these bytes, again and again.

    The seconds count from the start of the recording. A message may be spread over several reads;
    a torn end is left out.
    """
    position, unfinished = 0, b""
    while header := _CAPTURE_HEADER.match(raw, position):
        start = header.end()
        position = start + int(header[2])
        *frames, unfinished = (unfinished + raw[start:position]).split(FRAME_END)
        for frame in frames:
            yield float(header[1]), frame.lstrip(b"\r\n")
        # Between two reads the file itself may hold a line end for the eye of its reader.
        while raw[position : position + 1] in (b"\r", b"\n"):
            position += 1
