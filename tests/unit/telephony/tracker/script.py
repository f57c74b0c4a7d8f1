"""Write a stream by hand: channels that ring, answer and hang up, in Asterisk's words.

Only for what no recording has; the order and the keys follow the recorded streams.
"""

from datetime import datetime, timedelta

from telephony.ami_event import AmiEvent
from tests.unit.telephony.tracker.replay import START, Timed

EPOCH = 1_772_442_000


class Script:
    """A stream that grows line by line; `wait` moves the clock."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at
        self.frames: list[Timed] = []
        self._channels: dict[str, AmiEvent] = {}

    def wait(self, seconds: float) -> "Script":
        self.at += timedelta(seconds=seconds)
        return self

    def say(self, event: str, channel: str = "", **fields: str) -> "Script":
        """One event, with what a channel's snapshot holds when one is named."""
        snapshot = self._channels.get(channel, {})
        self.frames.append((self.at, {"Event": event, **snapshot, **fields}))
        return self

    def channel(
        self,
        name: str,
        *,
        number: str = "<unknown>",
        exten: str = "s",
        linked: str = "",
        **more: str,
    ) -> "Script":
        """A new channel: with `linked` it was made to reach somebody, else somebody calls."""
        uniqueid = f"{EPOCH}.{len(self._channels)}"
        self._channels[name] = {
            "Channel": name,
            "ChannelState": "0" if linked else "4",
            "CallerIDNum": number,
            "CallerIDName": "<unknown>",
            "Exten": exten,
            "Uniqueid": uniqueid,
            "Linkedid": self._channels[linked]["Linkedid"] if linked else uniqueid,
            **more,
        }
        return self.say("Newchannel", name)

    def click(self, name: str, number: str) -> "Script":
        """The PBX itself rings a phone for a click-to-call."""
        self.channel(name, number=number, ChannelState="0")
        return self.dial("", name)

    def dial(self, parent: str, name: str, dial_string: str = "") -> "Script":
        return self.say("DialBegin", parent, **self._dest(name), DialString=dial_string)

    def ring(self, name: str) -> "Script":
        self._channels[name]["ChannelState"] = "5"
        return self.say("Newstate", name)

    def up(self, name: str) -> "Script":
        self._channels[name]["ChannelState"] = "6"
        return self.say("Newstate", name)

    def dial_end(self, parent: str, name: str, status: str) -> "Script":
        return self.say("DialEnd", parent, **self._dest(name), DialStatus=status)

    def bridge(self, bridge: str, *names: str) -> "Script":
        for name in names:
            self.say("BridgeEnter", name, BridgeUniqueid=bridge)
        return self

    def leave(self, bridge: str, *names: str) -> "Script":
        for name in names:
            self.say("BridgeLeave", name, BridgeUniqueid=bridge)
        return self

    def asks_to_hang_up(self, name: str, cause: str = "16", tech_cause: str = "") -> "Script":
        codes = {"Cause": cause, **({"TechCause": tech_cause} if tech_cause else {})}
        return self.say("HangupRequest", name, **codes)

    def hang_up(self, *names: str, cause: str = "16") -> "Script":
        for name in names:
            self.say("Hangup", name, Cause=cause)
        return self

    def relink(self, name: str, to: str) -> "Script":
        """The channel silently adopts another call's Linkedid."""
        self._channels[name]["Linkedid"] = self._channels[to]["Linkedid"]
        return self

    def answer(self, parent: str, name: str, bridge: str) -> "Script":
        """A phone that rings is picked up and connected with the caller."""
        self.up(name).dial_end(parent, name, "ANSWER").up(parent)
        return self.bridge(bridge, name, parent)

    def uniqueid(self, name: str) -> str:
        return self._channels[name]["Uniqueid"]

    def _dest(self, name: str) -> AmiEvent:
        return {f"Dest{key}": value for key, value in self._channels[name].items()}


CLIENT, ANNA, BORIS = "PJSIP/provider-0000000a", "PJSIP/101-0000000b", "PJSIP/102-0000000c"


def client_calls(script: Script | None = None, number: str = "+79161234567") -> Script:
    """A client calls in."""
    return (script or Script()).channel(CLIENT, number=number, exten="74950000101")


def rings_at(script: Script, name: str, caller: str = CLIENT) -> Script:
    """A phone is dialled for the caller and rings."""
    extension = name.partition("/")[2].partition("-")[0]
    script.channel(name, number=extension, linked=caller)
    return script.dial(caller, name, extension).ring(name)


def talk_and_end(script: Script, name: str, seconds: float, caller: str = CLIENT) -> Script:
    """The phone is answered, they talk, the caller hangs up."""
    script.answer(caller, name, "b1").wait(seconds).asks_to_hang_up(caller)
    return script.leave("b1", caller, name).hang_up(name, caller)
