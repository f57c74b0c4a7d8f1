"""Cuts what comes over the wire into messages, and passes over the unwanted ones undecoded.

A busy Asterisk says some seventy things about one call, and two thirds of them say nothing about
people: looking at the name alone costs a tenth of parsing the rest.
"""

from telephony.ami_event import FRAME_END
from telephony.ami_names import BOOKKEEPING, KNOWN, UNWANTED, VARIABLES
from telephony.counters import LinkCounters

FRAME_LIMIT = 1 << 20  # bytes; a longer message is not Asterisk's: it is dropped and counted

_EVENT = b"Event: "
_NAME_STARTS_AT = len(_EVENT)
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
        read = skipped = 0
        for frame in self._whole_frames(chunk):
            if not frame.startswith(_EVENT):
                frame = frame.strip(b"\r\n")  # a stray empty line may stand before it
                if not frame.startswith(_EVENT):
                    if frame:
                        answers.append(frame)
                    continue
            read += 1
            name = event_name(frame)
            if name in UNWANTED and not _is_exception(name, frame):
                skipped += 1
            elif name in KNOWN or self._is_acceptable(name):
                events.append(frame)
        self._counters.events_read += read
        self._counters.events_skipped += skipped
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
        if len(chunk) > FRAME_LIMIT:
            self._counters.frames_oversized += sum(len(frame) > FRAME_LIMIT for frame in frames)
            frames = [frame for frame in frames if len(frame) <= FRAME_LIMIT]
        return frames

    def _forget_what_is_too_long(self) -> None:
        if len(self._rest) <= FRAME_LIMIT:
            return
        if not self._is_discarding:
            self._is_discarding = True
            self._counters.frames_oversized += 1
        del self._rest[: 1 - len(FRAME_END)]  # the end of the message may be cut in two as well

    def _is_acceptable(self, name: bytes) -> bool:
        """Unheard-of events are kept; marks of ours that come over the wire are not."""
        if name.startswith(_OUR_MARKS):
            self._counters.marks_forged += 1
            return False
        if name not in UNWANTED:
            self._counters.saw_unknown(name)
        return True


def event_name(frame: bytes) -> bytes:
    """The name of an event without decoding the rest of it."""
    end = frame.find(b"\r\n", _NAME_STARTS_AT)
    return frame[_NAME_STARTS_AT:end] if end > 0 else frame[_NAME_STARTS_AT:]


def _is_exception(name: bytes, frame: bytes) -> bool:
    """Wanted all the same: where a recording is written, and what a caller is listening to."""
    if name == b"VarSet":
        return _value(frame, b"\r\nVariable: ") in VARIABLES
    return name == b"Newexten" and _value(frame, b"\r\nApplication: ") not in BOOKKEEPING


def _value(frame: bytes, key: bytes) -> bytes:
    start = frame.find(key) + len(key)
    end = frame.find(b"\r\n", start)
    return frame[start:end] if end > 0 else frame[start:]
