"""The simulated PBX's channels, and the events that tell of every change to them.

A change and its event are one method, so that a list of channels asked for at any moment agrees
with everything that was said before.
"""

import asyncio
import itertools
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

UNKNOWN = "<unknown>"
STATES = {"Down": "0", "Ring": "4", "Ringing": "5", "Up": "6"}
DEVICE_STATES = {"NOT_INUSE": "1", "INUSE": "2", "RINGING": "6"}
CAUSES = {0: "Unknown", 16: "Normal Clearing", 17: "User busy", 26: "Answered elsewhere"}

Say = Callable[[Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class Phone:
    """One of the company's phones: its extension and who sits there."""

    extension: str
    name: str
    queues: tuple[str, ...] = ()

    @property
    def endpoint(self) -> str:
        return f"PJSIP/{self.extension}"


@dataclass(slots=True, eq=False)
class Channel:
    """One side of a call, as Asterisk keeps it."""

    name: str
    uniqueid: str
    linkedid: str
    context: str
    exten: str
    number: str
    caller_name: str
    state: str
    connected_number: str = ""
    connected_name: str = ""
    priority: int = 1
    bridge: str | None = None
    played_by: asyncio.Task[None] | None = None
    born: float = field(default_factory=time.monotonic)

    @property
    def endpoint(self) -> str:
        return self.name.rsplit("-", 1)[0]

    def keys(self, prefix: str = "") -> dict[str, str]:
        """The keys every event about a channel carries; Asterisk has a word for an empty one."""
        return {
            f"{prefix}Channel": self.name,
            f"{prefix}ChannelState": STATES[self.state],
            f"{prefix}ChannelStateDesc": self.state,
            f"{prefix}CallerIDNum": self.number or UNKNOWN,
            f"{prefix}CallerIDName": self.caller_name or UNKNOWN,
            f"{prefix}ConnectedLineNum": self.connected_number or UNKNOWN,
            f"{prefix}ConnectedLineName": self.connected_name or UNKNOWN,
            f"{prefix}Language": "ru",
            f"{prefix}AccountCode": "",
            f"{prefix}Context": self.context,
            f"{prefix}Exten": self.exten,
            f"{prefix}Priority": str(self.priority),
            f"{prefix}Uniqueid": self.uniqueid,
            f"{prefix}Linkedid": self.linkedid,
        }


class Switchboard:
    """All channels that exist now, and the phones of the company."""

    def __init__(self, phones: Iterable[Phone], *, say: Say, seed: int | None = None) -> None:
        self.phones = {phone.extension: phone for phone in phones}
        self.channels: dict[str, Channel] = {}
        self._pauses: dict[tuple[str, str], str] = {}  # (extension, queue): why
        self._say = say
        self._numbers = itertools.count()
        self._names = itertools.count()
        # its own source of chance, so that the same seed gives the same bridges
        self._chance = random.Random(seed)  # noqa: S311

    def say(
        self, event: str, *parts: Mapping[str, str], privilege: str = "call", **keys: str
    ) -> None:
        """Tell all who listen; `keys` come last, as they do on the wire."""
        told = {"Event": event, "Privilege": f"{privilege},all", "Timestamp": f"{time.time():.6f}"}
        for part in (*parts, keys):
            told.update(part)
        self._say(told)

    def is_free(self, extension: str) -> bool:
        """Whether no channel of this phone exists."""
        return not self._of(extension)

    def is_talking(self, extension: str) -> bool:
        """Whether this phone has been lifted, and nothing rings there."""
        states = {channel.state for channel in self._of(extension)}
        return states == {"Up"}

    def _of(self, extension: str) -> list[Channel]:
        endpoint = self.phones[extension].endpoint
        return [channel for channel in self.channels.values() if channel.endpoint == endpoint]

    def incoming(self, trunk: str, *, number: str, name: str, did: str) -> Channel:
        """Somebody outside calls the company."""
        return self._new(trunk, "from-provider", did, number=number, name=name, state="Ring")

    def dialled(self, extension: str, number: str) -> Channel:
        """Somebody in the company lifts the receiver and dials."""
        phone = self.phones[extension]
        return self._new(
            phone.endpoint, "agents", number, number=extension, name=phone.name, state="Ring"
        )

    def outgoing(self, endpoint: str, of: Channel | None = None, *, uniqueid: str = "") -> Channel:
        """The PBX makes a channel towards a phone or a trunk, on behalf of a call."""
        phone = self.phones.get(endpoint.removeprefix("PJSIP/"))
        number, name = (phone.extension, phone.name) if phone else ("", "")
        context = "agents" if phone else "from-provider"
        return self._new(
            endpoint, context, "s", number=number, name=name, state="Down", of=of,
            uniqueid=uniqueid,
        )  # fmt: skip

    def _new(
        self, endpoint: str, context: str, exten: str, *, number: str, name: str, state: str,
        of: Channel | None = None, uniqueid: str = "",
    ) -> Channel:  # fmt: skip
        uniqueid = uniqueid or f"{int(time.time())}.{next(self._numbers)}"
        channel = Channel(
            name=f"{endpoint}-{next(self._names):08x}",
            uniqueid=uniqueid,
            linkedid=of.linkedid if of else uniqueid,
            context=context,
            exten=exten,
            number=number,
            caller_name=name,
            state=state,
            played_by=_player(),
        )
        self.channels[channel.name] = channel
        self.say("Newchannel", channel.keys())
        return channel

    def run(self, channel: Channel, application: str, argument: str) -> None:
        """The dialplan comes to an application."""
        self.say(
            "Newexten",
            channel.keys(),
            privilege="dialplan",
            Extension=channel.exten,
            Application=application,
            AppData=argument,
        )
        channel.priority += 1

    def show_caller(self, channel: Channel, number: str, name: str) -> None:
        """The name and number under which this side calls change."""
        channel.number, channel.caller_name = number, name
        self.say("NewCallerid", channel.keys(), **{"CID-CallingPres": "0 (Not Screened)"})

    def show_connected(self, channel: Channel, to: Channel) -> None:
        """This side learns whom it is, or will be, connected with."""
        channel.connected_number, channel.connected_name = to.number, to.caller_name
        self.say("NewConnectedLine", channel.keys())

    def change_state(self, channel: Channel, state: str) -> None:
        channel.state = state
        self.say("Newstate", channel.keys())
        self._tell_device(channel, "RINGING" if state == "Ringing" else "INUSE")

    def about_dial(self, event: str, caller: Channel | None, called: Channel, **keys: str) -> None:
        """DialBegin, DialState or DialEnd; a click-to-call has no calling channel yet."""
        self.say(event, caller.keys() if caller else {}, called.keys("Dest"), **keys)

    def bridge(self, first: Channel, second: Channel) -> None:
        """Two sides hear one another."""
        bridge = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        self.say("BridgeCreate", _bridge_keys(bridge, 0))
        for count, channel in enumerate((first, second), start=1):
            channel.bridge = bridge
            self.say("BridgeEnter", _bridge_keys(bridge, count), channel.keys())

    def unbridge(self, *sides: Channel) -> None:
        """The sides leave their bridge in this order, and it is gone."""
        bridge = sides[0].bridge if sides else None
        if bridge is None:
            return
        for left, channel in zip(range(len(sides) - 1, -1, -1), sides, strict=True):
            channel.bridge = None
            self.say("BridgeLeave", _bridge_keys(bridge, left), channel.keys())
        self.say("BridgeDestroy", _bridge_keys(bridge, 0))

    def hang_up(self, channel: Channel, cause: int = 16) -> None:
        """The channel ends."""
        del self.channels[channel.name]
        keys = {"Cause": str(cause), "Cause-txt": CAUSES[cause]}
        self.say("Hangup", channel.keys(), keys)
        self._tell_device(channel, "NOT_INUSE")

    def _tell_device(self, channel: Channel, state: str) -> None:
        self.say("DeviceStateChange", Device=channel.endpoint, State=state)
        phone = self.phones.get(channel.endpoint.removeprefix("PJSIP/"))
        if phone is None:
            return
        for queue in phone.queues:
            self.say("QueueMemberStatus", self.place(phone, queue, state), privilege="agent")

    def pause(self, endpoint: str, queue: str | None, *, is_paused: bool, reason: str) -> bool:
        """Let a phone get no calls of a queue, or of all, or get them again; False: it has none."""
        phone = self.phones.get(endpoint.removeprefix("PJSIP/"))
        queues = [one for one in phone.queues if queue in (None, one)] if phone else []
        for one in queues:
            key = (endpoint.removeprefix("PJSIP/"), one)
            if is_paused:
                self._pauses[key] = reason
            else:
                self._pauses.pop(key, None)
            self.say("QueueMemberPause", self.place(self.phones[key[0]], one), privilege="agent")
        return bool(queues)

    def is_paused(self, extension: str) -> bool:
        """Whether a phone gets no calls of some queue."""
        return any(key[0] == extension for key in self._pauses)

    def place(self, phone: Phone, queue: str, state: str | None = None) -> dict[str, str]:
        """What is told of a phone's place in a queue now."""
        known = state or ("NOT_INUSE" if self.is_free(phone.extension) else "INUSE")
        reason = self._pauses.get((phone.extension, queue))
        paused = {"Paused": "0" if reason is None else "1", "PausedReason": reason or ""}
        return member_keys(phone, queue, known) | paused

    def members(self, queue: str) -> Iterator[Phone]:
        """The phones that answer a queue."""
        return (phone for phone in self.phones.values() if queue in phone.queues)


def _player() -> asyncio.Task[None] | None:
    """Whoever plays the call at this moment, if anybody plays."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def member_keys(phone: Phone | None, queue: str, state: str = "NOT_INUSE") -> dict[str, str]:
    """What Asterisk tells of one place in a queue."""
    if phone is None:
        return {}
    return {
        "Queue": queue,
        "MemberName": phone.name,
        "Interface": phone.endpoint,
        "StateInterface": phone.endpoint,
        "Membership": "static",
        "Penalty": "0",
        "CallsTaken": "0",
        "LastCall": "0",
        "InCall": "0",
        "Status": DEVICE_STATES[state],
        "Paused": "0",
        "PausedReason": "",
        "Ringinuse": "0",
        "Wrapuptime": "0",
    }


def _bridge_keys(bridge: str, count: int) -> dict[str, str]:
    return {
        "BridgeUniqueid": bridge,
        "BridgeType": "basic",
        "BridgeTechnology": "simple_bridge",
        "BridgeCreator": UNKNOWN,
        "BridgeName": UNKNOWN,
        "BridgeNumChannels": str(count),
        "BridgeVideoSourceMode": "none",
    }
