"""How phones of ours are rung and from where they dial, learnt from what a PBX says of them."""

from collections.abc import Mapping

from telephony.ami_event import AmiEvent
from telephony.tracker import TrackerSettings
from telephony.tracker.names import Boundary, Kind

USUAL_TECHNOLOGY = "PJSIP"
USUAL_CONTEXT = "from-internal"
LIMIT = 20_000
PHONE_EVENTS = frozenset(("Newchannel", "QueueMember", "QueueMemberStatus"))


class PhoneBook:
    """Fed by the listener, in silence too; asked for every click."""

    def __init__(self, settings: TrackerSettings) -> None:
        self._boundary = Boundary(settings)
        self._endpoints: dict[str, str] = {}
        self._contexts: dict[str, str] = {}
        self._last_context = ""

    def feed(self, ami: AmiEvent) -> None:
        """Learn from a channel of ours, or from a member of a queue."""
        name = ami.get("Channel") if ami.get("Event") == "Newchannel" else f"{_device(ami)}-0"
        line = self._boundary.line(name or "")
        if line.kind is not Kind.OURS or not line.extension or len(self._endpoints) >= LIMIT:
            return
        self._endpoints[line.extension] = line.name
        # A phone that dials, and one that is dialled, both begin in the context of the phone.
        if ami.get("Event") == "Newchannel" and (context := ami.get("Context", "")):
            self.learn_context(line.extension, context)

    def endpoint(self, extension: str) -> str:
        """What rings the phone: `PJSIP/101`."""
        return self._endpoints.get(extension, f"{USUAL_TECHNOLOGY}/{extension}")

    def extension_of(self, channel: str) -> str:
        """Whose phone a channel is; empty when it is none of ours."""
        return self._boundary.line(channel).extension or ""

    def learn_context(self, extension: str, context: str) -> None:
        """The PBX was asked."""
        if len(self._contexts) < LIMIT:
            self._contexts[extension] = self._last_context = context

    def context(self, extension: str) -> str | None:
        """Where the phone's dialling begins, if it is known."""
        return self._contexts.get(extension)

    @property
    def likely_context(self) -> str:
        """Where another phone of ours dials, else where most PBXes let them."""
        return self._last_context or USUAL_CONTEXT


def _device(ami: Mapping[str, str]) -> str:
    return ami.get("StateInterface") or ami.get("Location") or ami.get("Interface", "")
