"""Queue members: who answers which queue, who is paused, whose phone is there. Pure.

Fed with the same frames as the tracker; tells the whole list of one PBX whenever people would see a
difference in it, and after every list that the PBX gives: nobody knows what was missed before one.
"""

from dataclasses import replace
from datetime import datetime

from crm_core.kernel.events import QueueMemberFact, QueueMembersChanged
from telephony.ami_event import AmiEvent
from telephony.tracker.names import NAME_LIMIT, Boundary, TrackerSettings, text

MEMBERS_LIMIT = 5_000  # of one PBX; what it says beyond is no office's any more
_GONE = frozenset(("4", "5"))  # device states: invalid, unavailable

MEMBER_EVENTS = frozenset(
    (
        *("QueueMember", "QueueMemberStatus", "QueueMemberPause", "QueueMemberAdded"),
        *("QueueMemberRemoved", "QueueStatusComplete", "AlloLinkDown"),
    )
)

_Key = tuple[str, str]


class QueueMembers:
    """The members of all queues of one PBX."""

    def __init__(self, settings: TrackerSettings) -> None:
        self._pbx = settings.pbx
        self._boundary = Boundary(settings)
        self._members: dict[_Key, QueueMemberFact] = {}
        self._listed: dict[_Key, QueueMemberFact] = {}
        self._interfaces: dict[str, str] = {}

    def interface_of(self, extension: str) -> str | None:
        """Return how a queue dials an extension: `PJSIP/101`, a phone before a Local channel."""
        return self._interfaces.get(extension)

    def feed(self, ami: AmiEvent, at: datetime) -> QueueMembersChanged | None:
        """Take one frame; gives the whole list where it differs from what was told before."""
        match ami.get("Event"):
            case "QueueMember":
                self._keep(self._listed, ami)
                return None
            case "QueueStatusComplete":
                self._members, self._listed = self._listed, {}
                return self.tell(at, is_listed=True)
            case "QueueMemberRemoved":
                return self.tell(at) if self._members.pop(_key(ami), None) else None
            case "AlloLinkDown":  # what is known may have changed: the next list says it anew
                self._listed = {}
                return None
        before_one = self._members.get(_key(ami))
        after = self._keep(self._members, ami)
        return self.tell(at) if after is not None and after != before_one else None

    def _keep(self, members: dict[_Key, QueueMemberFact], ami: AmiEvent) -> QueueMemberFact | None:
        queue, interface = _key(ami)
        name = text(queue, NAME_LIMIT)
        if name is None or not interface or len(members) >= MEMBERS_LIMIT:
            return None
        line = self._boundary.line(f"{ami.get('StateInterface') or interface}-0")
        known = members.get((queue, interface))
        fact = QueueMemberFact(
            queue=name,
            extension=line.extension or self._boundary.line(f"{interface}-0").extension,
            name=text(ami.get("MemberName") or ami.get("Name"), NAME_LIMIT),
            is_paused=ami.get("Paused") == "1",
            pause_reason=text(ami.get("PausedReason"), NAME_LIMIT),
            is_reachable=ami.get("Status") not in _GONE,
            interface=interface,
        )
        if known is not None and "Status" not in ami:
            fact = replace(fact, is_reachable=known.is_reachable)
        members[queue, interface] = fact
        if fact.extension:
            device = ami.get("StateInterface") or interface
            is_phone = "/" in device and not device.startswith(("Local/", "Custom"))
            self._interfaces[fact.extension] = device if is_phone else interface
        return fact

    def tell(self, at: datetime, *, is_listed: bool = False) -> QueueMembersChanged:
        """The whole list, as it is known."""
        members = tuple(self._members.values())
        return QueueMembersChanged(at=at, pbx=self._pbx, members=members, is_listed=is_listed)


def _key(ami: AmiEvent) -> _Key:
    return ami.get("Queue", ""), ami.get("Interface") or ami.get("Location", "")
