"""Cuts what comes over the wire into messages, and passes over the unwanted ones undecoded.

A busy Asterisk says some seventy things about one call, and two thirds of them say nothing about
people: looking at the name alone costs a tenth of parsing the rest.
"""

from telephony.ami_event import FRAME_END
from telephony.ami_names import KNOWN, UNWANTED, VARIABLES
from telephony.counters import LinkCounters

FRAME_LIMIT = 1 << 20  # bytes; a longer message is not Asterisk's: it is dropped and counted

_EVENT = b"Event: "
_NAME_STARTS_AT = len(_EVENT)
_VARIABLE = b"\r\nVariable: "
_OUR_MARKS = (
    b"Allo"  # the listener's own frames on the tape begin so; from the wire they are forged
)


class FrameCutter:
    """Bytes in, whole messages out, in their order, wherever the network cut them."""

    def __init__(self, counters: LinkCounters) -> None:
        self._counters = counters
        self._rest = bytearray()
        self._is_discarding = False

    def cut(self, chunk: bytes) -> tuple[list[bytes], list[bytes]]:
        """Return the wanted events that `chunk` completed, and the answers to our actions."""
        events: list[bytes] = []
        answers: list[bytes] = []
        for frame in self._whole_frames(chunk):
            if frame.startswith(_EVENT):
                if self._is_wanted(frame):
                    events.append(frame)
            elif stripped := frame.strip(b"\r\n"):  # a stray empty line stood before it
                if not stripped.startswith(_EVENT):
                    answers.append(stripped)
                elif self._is_wanted(stripped):
                    events.append(stripped)
        return events, answers

    def _whole_frames(self, chunk: bytes) -> list[bytes]:
        rest = self._rest
        if rest:
            searched = max(0, len(rest) - len(FRAME_END) + 1)
            rest += chunk
            if rest.find(FRAME_END, searched) < 0:
                self._forget_what_is_too_long()
                return []
            chunk = bytes(rest)
        frames = chunk.split(FRAME_END)
        self._rest = bytearray(frames.pop())
        if self._is_discarding and frames:
            self._is_discarding = False
            del frames[0]
        self._forget_what_is_too_long()
        return frames

    def _forget_what_is_too_long(self) -> None:
        if len(self._rest) <= FRAME_LIMIT:
            return
        if not self._is_discarding:
            self._is_discarding = True
            self._counters.frames_oversized += 1
        del self._rest[: 1 - len(FRAME_END)]  # the end of the message may be cut in two as well

    def _is_wanted(self, frame: bytes) -> bool:
        counters = self._counters
        counters.events_read += 1
        end = frame.find(b"\r\n", _NAME_STARTS_AT)
        name = frame[_NAME_STARTS_AT:end] if end > 0 else frame[_NAME_STARTS_AT:]
        if name in UNWANTED:
            if name != b"VarSet" or _variable(frame) not in VARIABLES:
                counters.events_skipped += 1
                return False
        elif name not in KNOWN:
            if name.startswith(_OUR_MARKS):
                counters.marks_forged += 1
                return False
            counters.saw_unknown(name)
        return True


def _variable(frame: bytes) -> bytes:
    start = frame.find(_VARIABLE) + len(_VARIABLE)
    return frame[start : frame.find(b"\r\n", start)]
