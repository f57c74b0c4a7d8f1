"""A slice as a recorded stream: `@ seconds bytes` and the bytes, masked, ready to be a test.

What only says how Asterisk is built stays as it is. Everything else is text in which a number or
a name may stand, also the values that nobody here has heard of.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from crm_core.calls.traces.masking import Masker
from crm_core.calls.traces.view import TapedFrame

BEGIN = "AlloSlice"
"""Our mark at the head of a stream: its times count from the moment that it names."""

_ID = re.compile(r"(?:[A-Za-z][\w.-]{0,63}-)?\d{9,11}\.\d{1,9}|allo-[\w.-]{1,80}|<unknown>")
_BRIDGE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STAMP = re.compile(r"\d{9,11}\.\d{1,9}")
_TAIL = re.compile(r"-[0-9a-f]{8}(?:;[12])?")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:\+\d\d:\d\d|Z)?")

_WORDS_OF_ASTERISK = frozenset(
    (
        *("Event", "Privilege", "ChannelState", "ChannelStateDesc", "Priority", "Language"),
        *("Cause", "Cause-txt", "DialStatus", "BridgeType", "BridgeTechnology", "BridgeCreator"),
        *("BridgeNumChannels", "BridgeVideoSourceMode", "Response", "Reason", "Application"),
        *("Result", "IsExternal", "TransfereeChannelState", "DestType", "Variable", "Class"),
        *("Pbx", "ExtensionPattern", "Position", "Count", "Status", "Paused", "Membership"),
    )
)
_NAMES = ("calleridname", "connectedlinename", "membername", "callername", "connectedname")
_PLACES = ("Context", "Queue", "Exten", "Extension", "Trunks", "Interface", "StateInterface")


def write_stream(frames: Sequence[TapedFrame], masker: Masker) -> bytes:
    """All frames, each read by itself; `masker` learns what is in them first."""
    learn_frames(frames, masker)
    began = frames[0].at if frames else datetime.fromtimestamp(0, UTC)
    parts = [_read(0.0, f"Event: {BEGIN}\r\nFrom: {began.isoformat()}")]
    for frame in frames:
        seconds = max(0.0, (frame.at - began).total_seconds())
        parts.append(_read(seconds, mask_frame(frame.text, masker)))
    return b"".join(parts)


def learn_frames(frames: Iterable[TapedFrame], masker: Masker) -> None:
    """Let the masker know all numbers and names before the first is masked."""
    for frame in frames:
        for key, value in _lines(frame.text):
            if key.lower().endswith(_NAMES) and not value.startswith("<"):
                masker.learn_name(value)
            elif not _is_structure(key, value):
                masker.learn(_TAIL.sub("", value) if _names_channel(key) else value)


def mask_frame(text: str, masker: Masker) -> str:
    """One message without numbers, names and paths."""
    return "\r\n".join(f"{key}: {_masked(key, value, masker)}" for key, value in _lines(text))


def _read(seconds: float, text: str) -> bytes:
    raw = f"{text}\r\n\r\n".encode()
    return b"@ %.6f %d\n%b" % (seconds, len(raw), raw)


def _lines(text: str) -> Iterable[tuple[str, str]]:
    for line in text.split("\r\n"):
        key, colon, value = line.partition(":")
        if colon and key.strip():
            yield key, value.removeprefix(" ")


def _masked(key: str, value: str, masker: Masker) -> str:
    if _is_structure(key, value):
        return value
    lower = key.lower()
    if lower.endswith(_NAMES):
        return value if value.startswith("<") else masker.name(value)
    if _names_channel(key):
        tail = _TAIL.search(value)
        cut = tail.start() if tail else len(value)
        return masker.text(value[:cut], is_free=False) + value[cut:]
    return masker.text(value, is_free=key not in _PLACES)


def _names_channel(key: str) -> bool:
    return key.endswith("Channel")


def _is_structure(key: str, value: str) -> bool:
    """Whether the value says nothing of people: an id, a time, a word of Asterisk's own."""
    lower = key.lower()
    if lower.endswith("bridgeuniqueid"):
        return not value or _BRIDGE.fullmatch(value) is not None
    if lower.endswith(("uniqueid", "linkedid")):
        return _ID.fullmatch(value) is not None
    if key in ("Timestamp", "Boot"):
        return (_STAMP.fullmatch(value) or _ISO.fullmatch(value)) is not None
    if key == "From":
        return _ISO.fullmatch(value) is not None
    return key in _WORDS_OF_ASTERISK or lower.endswith(("channelstate", "channelstatedesc"))
