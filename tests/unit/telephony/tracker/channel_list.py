"""What Asterisk would list at a moment of a stream: an independent, simple book-keeping."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from telephony.ami_event import AmiEvent
from tests.unit.telephony.tracker.replay import Timed

_KEPT = (
    "Channel",
    "ChannelState",
    "CallerIDNum",
    "CallerIDName",
    "ConnectedLineNum",
    "ConnectedLineName",
    "Context",
    "Exten",
    "Uniqueid",
    "Linkedid",
)


@dataclass
class _Listed:
    line: AmiEvent
    since: datetime
    bridge: str = ""


@dataclass
class ChannelList:
    """Channels and queue callers that live, kept by the plainest reading of the events."""

    channels: dict[str, _Listed] = field(default_factory=dict)
    waiting: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def read(self, frames: Iterable[Timed]) -> "ChannelList":
        for at, ami in frames:
            self._read(at, ami)
        return self

    def _read(self, at: datetime, ami: AmiEvent) -> None:
        uniqueid = ami.get("Uniqueid", "")
        listed = self.channels.get(uniqueid)
        match ami.get("Event"):
            case "Newchannel":
                self.channels[uniqueid] = listed = _Listed({"Application": ""}, at)
            case "Hangup":
                self.channels.pop(uniqueid, None)
                self.waiting.pop(uniqueid, None)
                return
            case "BridgeEnter" if listed:
                listed.bridge = ami["BridgeUniqueid"]
            case "BridgeLeave" if listed:
                listed.bridge = ""
            case "QueueCallerJoin":
                self.waiting[uniqueid] = (ami["Queue"], at)
                if listed:
                    listed.line["Application"] = "Queue"
                    listed.line["ApplicationData"] = f"{ami['Queue']},tTkKxX"
            case "QueueCallerLeave":
                self.waiting.pop(uniqueid, None)
            case "DialBegin":
                self._dialled(listed, ami)
        if listed:
            listed.line.update((key, ami[key]) for key in _KEPT if key in ami)

    def _dialled(self, listed: _Listed | None, ami: AmiEvent) -> None:
        dest = self.channels.get(ami.get("DestUniqueid", ""))
        is_queue = listed is not None and listed.line["Application"] == "Queue"
        if dest:
            dest.line["Application"] = "AppQueue" if is_queue else "AppDial"
            dest.line["ApplicationData"] = "(Outgoing Line)"
        if listed and not is_queue:
            listed.line["Application"] = "Dial"
            listed.line["ApplicationData"] = f"PJSIP/{ami.get('DialString')},12,tT"

    def frames(self, at: datetime) -> list[Timed]:
        """The answers to CoreShowChannels and QueueStatus at this moment."""
        lines: list[AmiEvent] = []
        for listed in self.channels.values():
            age = int((at - listed.since).total_seconds())
            clock = f"{age // 3600:02}:{age // 60 % 60:02}:{age % 60:02}"
            extra = {"Event": "CoreShowChannel", "BridgeId": listed.bridge, "Duration": clock}
            lines.append({**listed.line, **extra})
        lines.append({"Event": "CoreShowChannelsComplete", "ListItems": str(len(lines))})
        for uniqueid, (queue, since) in self.waiting.items():
            wait = str(int((at - since).total_seconds()))
            entry = {"Event": "QueueEntry", "Queue": queue, "Uniqueid": uniqueid, "Wait": wait}
            lines.append(entry)
        lines.append({"Event": "QueueStatusComplete"})
        return [(at, line) for line in lines]

    def as_status(self, at: datetime) -> list[Timed]:
        """The same in the words of `Status`, all that a user with few rights may ask for."""
        frames: list[Timed] = []
        for moment, line in self.frames(at):
            match line["Event"]:
                case "CoreShowChannel":
                    hours, minutes, seconds = map(int, line["Duration"].split(":"))
                    line = {
                        **line,
                        "Event": "Status",
                        "Data": line.get("ApplicationData", ""),
                        "BridgeID": line["BridgeId"],
                        "Seconds": str(hours * 3600 + minutes * 60 + seconds),
                    }
                    for key in ("ApplicationData", "BridgeId", "Duration"):
                        line.pop(key, None)
                case "CoreShowChannelsComplete":
                    line = {"Event": "StatusComplete", "Items": line["ListItems"]}
            frames.append((moment, line))
        return frames
