"""What the names in AMI say: channels, dial strings, numbers, and whose they are.

The only place that knows how Asterisk spells things. Whether a channel is ours, a trunk's or a
`Local` pair is decided here, by the endpoint's name and never by a caller's number.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID, uuid5

NAMESPACE = UUID("6f0c1c6e-6d1f-5d0e-9d2c-0a4f1f6a7c11")
NUMBER_LIMIT = 80
NAME_LIMIT = 200
CACHE_LIMIT = 20_000  # lines of one PBX; rubbish in channel names must not grow without bound

_EPOCH = re.compile(r"(?:^|-)(\d{9,11})\.\d+$")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SIP_ESCAPED = re.compile(r"\\([\"\\])")
_SPACES = frozenset("abfnrtv")  # bells, tabs and line ends: nothing of a name
_NOBODY = frozenset(("", "<unknown>", "<null>", "(null)"))
_WITHHELD = frozenset(
    ("anonymous", "unknown", "restricted", "private", "unavailable", "withheld", "hidden")
)


class Kind(Enum):
    """Whose a channel is."""

    OURS = "ours"
    TRUNK = "trunk"
    LOCAL = "local"  # one half of a pair inside Asterisk; never a person
    DEVICE = "device"  # neither an agent nor a trunk: a door phone, a fax
    MACHINE = "machine"  # Asterisk's own helper: announcer, recorder, stand-in


@dataclass(frozen=True, slots=True)
class Line:
    """The endpoint behind a channel: `PJSIP/101` for `PJSIP/101-0000001a`."""

    kind: Kind
    name: str
    endpoint: str  # "101", "provider"; for Local the extension dialled: "104"
    extension: str | None  # set for ours, and for a Local channel dialled to one of ours


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """What is ours on one PBX. `trunks` are beginnings of channel names; empty: all not ours."""

    pbx: str
    extension_pattern: str = r"\d{2,5}"
    trunks: tuple[str, ...] = ()


_MACHINES = (
    "Surrogate/ Message/ Announcer/ Recorder/ ConfBridgeRecorder/ CBAnn/ CBRec/ Snoop/ Bridge/ "
    "UnicastRTP/ MulticastRTP/ AudioSocket/ Parked/ OutgoingSpoolFailed Console/"
)
MACHINES = tuple(_MACHINES.split())


class Boundary:
    """Tells ours from trunks. If the pattern has a group, the group is the extension."""

    def __init__(self, settings: TrackerSettings) -> None:
        self._pattern = re.compile(settings.extension_pattern)
        self._trunks = settings.trunks
        self._lines: dict[str, Line] = {}

    def line(self, channel: str) -> Line:
        """The line of a channel's name."""
        name = channel.rpartition("-")[0] or channel
        line = self._lines.get(name)
        if line is None:
            if len(self._lines) >= CACHE_LIMIT:
                self._lines.clear()
            line = self._lines[name] = self._read(name)
        return line

    def extension(self, endpoint: str) -> str | None:
        """The extension of an endpoint of ours, None for anybody else's."""
        found = self._pattern.fullmatch(endpoint)
        if found is None:
            return None
        return next((group for group in found.groups() if group), endpoint)

    def _read(self, name: str) -> Line:
        tech, _, rest = name.partition("/")
        if name.startswith(MACHINES):
            return Line(Kind.MACHINE, name, rest, None)
        if tech == "Local":
            dialled = rest.partition("@")[0]
            return Line(Kind.LOCAL, name, dialled, self.extension(dialled))
        endpoint = rest.partition("/")[0]
        if self._trunks and name.startswith(self._trunks):
            return Line(Kind.TRUNK, name, endpoint, None)
        if extension := self.extension(endpoint):
            return Line(Kind.OURS, name, endpoint, extension)
        return Line(Kind.DEVICE if self._trunks else Kind.TRUNK, name, endpoint, None)


def local_partner(channel: str) -> str | None:
    """The name of the other half of a Local pair."""
    if channel.endswith(";1"):
        return channel[:-1] + "2"
    return channel[:-1] + "1" if channel.endswith(";2") else None


def dialled_number(dial_string: str, endpoint: str) -> str | None:
    """The number in a dial string: 7916… of `7916…@provider`, `provider/7916…` or a SIP address."""
    rest = dial_string.partition(",")[0]
    if rest.count("/") and rest.partition("/")[0] in ("PJSIP", "SIP", "IAX2", "DAHDI", "Local"):
        rest = rest.partition("/")[2]
    parts = [part for part in rest.split("/") if part and part != endpoint]
    if not parts:
        return None
    number = re.sub(r"^sips?:", "", parts[-1]).partition("@")[0].partition(":")[0]
    return text(number, NUMBER_LIMIT) if number != endpoint else None


def dialled_lines(application_data: str) -> list[tuple[str, str]]:
    """The (`PJSIP/101`, dial string) pairs in the arguments of a Dial, without Local ones."""
    lines = []
    for part in application_data.partition(",")[0].split("&")[:64]:
        tech, slash, rest = part.partition("/")
        if not slash or tech == "Local":
            continue
        resource = rest.split("/")[0]
        endpoint = resource.rpartition("@")[2] if "@" in resource else resource
        lines.append((f"{tech}/{endpoint}", rest))
    return lines


def text(value: str | None, limit: int) -> str | None:
    """A value as text for people: None when Asterisk says that it does not know."""
    if value is None or value in _NOBODY:
        return None
    return value.strip()[:limit] or None


def person_name(value: str | None) -> str | None:
    """A caller's name as it was sent: phones escape quotes, and Asterisk all of it as C does."""
    if value is not None and "\\" in value:
        value = _ESCAPED.sub(lambda m: " " if m[1] in _SPACES else m[1], value)
        value = _SIP_ESCAPED.sub(r"\1", value)
    return text(value, NAME_LIMIT)


def is_withheld(number: str | None) -> bool:
    """Whether a caller's number is no number: anonymous, empty, all zeros."""
    if number is None:
        return True
    return number.lower() in _WITHHELD or not number.strip("0+ ")


def linkedid_epoch(linkedid: str) -> str | None:
    """The second in which a call began by the PBX's clock, if its linkedid tells."""
    found = _EPOCH.search(linkedid)
    return found[1] if found else None


def call_id(pbx: str, linkedid: str, seen_at: datetime) -> UUID:
    """A call's id: the same for whoever sees the call first, and after any replay."""
    start = linkedid_epoch(linkedid) or seen_at.isoformat()
    return uuid5(NAMESPACE, f"{pbx}/{linkedid}/{start}")
