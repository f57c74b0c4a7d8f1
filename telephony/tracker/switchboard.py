"""The switchboard: all channels, bridges and calls of one PBX, found by their ids.

Also keeps what changed since it was last asked, and forgets what is over. Handlers work on it;
it knows no event names.
"""

from collections import deque
from collections.abc import Callable, Iterator, KeysView
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.events import Event
from telephony.ami_event import AmiEvent
from telephony.tracker import telling
from telephony.tracker.model import Bridge, CallState, Channel, LastWord, LegState, stays
from telephony.tracker.names import (
    Boundary,
    Kind,
    TrackerSettings,
    call_id,
    local_partner,
)
from telephony.tracker.places import Places

FORGET_CHANNEL = timedelta(seconds=90)
FORGET_CALL = timedelta(seconds=15)
LAST_WORDS_LIMIT = 10_000
CLOCK_SLACK = timedelta(seconds=2)
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Switchboard:
    """What is known of one PBX at this moment."""

    def __init__(self, settings: TrackerSettings) -> None:
        self.settings = settings
        self.boundary = Boundary(settings)
        self.on_move: Callable[[Channel, CallState, CallState], None] = lambda *_: None
        """What a move means for legs and for the call left behind; set by the tracker."""
        self.now = LONG_AGO
        self.position = 0
        self.channels: dict[str, Channel] = {}  # by uniqueid; the lately gone too
        self.by_name: dict[str, Channel] = {}  # only the living
        self.calls: dict[str, CallState] = {}  # by linkedid; the lately ended too
        self.bridges: dict[str, Bridge] = {}
        self.link_lost_at: datetime | None = None
        self.boot: str | None = None
        self.listing: dict[str, AmiEvent] = {}
        self.listed_from = 0  # where on the tape the list of channels begins
        self.queue_listing: dict[str, AmiEvent] = {}
        self.list_awaited_since: datetime | None = None
        self.list_awaited_from = 0  # the place on the tape of that moment
        self.last_words: dict[str, LastWord] = {}  # by uniqueid; only while a list is awaited
        self.is_reconciling = False
        self._clock_shift = timedelta()
        self._gone: deque[Channel] = deque()
        self._ended: deque[CallState] = deque()
        self._living: dict[CallState, None] = {}
        self._places = Places()
        self._round: Iterator[CallState] = iter(())
        self._touched: dict[CallState, bool] = {}
        self._changed: dict[UUID, CallState] = {}

    def use(self, settings: TrackerSettings) -> None:
        """Take settings that were edited; channels met before keep what they were."""
        self.settings, self.boundary = settings, Boundary(settings)

    # -- time ---------------------------------------------------------------------------------

    def set_clock(self, at: datetime) -> None:
        """Take the arrival time. While calls live the tracker's time never runs backwards.

        A clock set back by an hour would make talks of minus an hour; the difference is carried
        until nothing lives that began before.
        """
        moved = at + self._clock_shift
        if moved >= self.now:
            if self._clock_shift and not self.calls:
                self._clock_shift, moved = timedelta(), at
            self.now = moved
        elif self.now - moved > CLOCK_SLACK:
            if self.calls:
                self._clock_shift += self.now - moved
            else:
                self._clock_shift, self.now = timedelta(), at

    # -- channels -----------------------------------------------------------------------------

    def known(self, ami: AmiEvent, prefix: str = "") -> Channel | None:
        """The channel an event speaks of, if it is known; follows it into another call."""
        channel = self.channels.get(ami.get(prefix + "Uniqueid", ""))
        if channel is not None and channel.gone_at is None:
            linkedid = ami.get(prefix + "Linkedid")
            if linkedid is not None and linkedid != channel.linkedid and linkedid:
                self.follow(channel, linkedid)
        return channel

    def meet(self, ami: AmiEvent, prefix: str = "") -> Channel | None:
        """The channel an event speaks of; an unknown one is begun. None for machines."""
        channel = self.known(ami, prefix)
        if channel is not None:
            return channel
        uniqueid, name = ami.get(prefix + "Uniqueid"), ami.get(prefix + "Channel")
        if not uniqueid or not name or uniqueid.startswith("<"):
            return None
        line = self.boundary.line(name)
        if line.kind is Kind.MACHINE:
            return None
        linkedid = ami.get(prefix + "Linkedid") or uniqueid
        call = self._call_of(linkedid)
        channel = Channel(uniqueid, name, line, linkedid, call, self.now, self.position)
        self.channels[uniqueid] = self.by_name[name] = channel
        self.join(channel, call)
        if line.kind is Kind.LOCAL:
            self._pair(channel)
        return channel

    def _call_of(self, linkedid: str) -> CallState:
        call = self.calls.get(linkedid)
        if call is None:
            identity = call_id(self.settings.pbx, linkedid, self.now)
            call = CallState(identity, linkedid, self.now, self.position)
            self.calls[linkedid] = call
            self._lives(call)
        return call

    def _lives(self, call: CallState) -> None:
        self._living[call] = None
        self._places.keep(call)

    def join(self, channel: Channel, call: CallState) -> None:
        """Make the channel part of a call; a call that had just ended goes on."""
        channel.call = call
        call.live[channel] = None
        if call.ended_at is not None and call.frozen is None:
            call.ended_at = None
            self._lives(call)
        if channel.uniqueid == call.linkedid:
            call.origin = channel

    def _pair(self, channel: Channel) -> None:
        partner = self.by_name.get(local_partner(channel.name) or "")
        if partner is not None and partner is not channel:
            channel.partner, partner.partner = partner, channel

    def follow(self, channel: Channel, linkedid: str) -> None:
        """A channel adopted another Linkedid: it and its leg now belong to that call."""
        channel.linkedid = linkedid
        old, new = channel.call, self._call_of(linkedid)
        if old is not new and not stays(channel, old, new):
            self._move(channel, old, new)

    def adopt(self, channel: Channel, call: CallState) -> None:
        """A channel is part of a call although Asterisk gives it a Linkedid of its own."""
        if channel.call is not call:
            self._move(channel, channel.call, call)

    def _move(self, channel: Channel, old: CallState, new: CallState) -> None:
        old.live.pop(channel, None)
        if old.origin is channel and not old.is_told:
            old.origin = None
        self.join(channel, new)
        self.on_move(channel, old, new)

    def bury(self, ami: AmiEvent) -> None:
        """Remember an unknown channel that hung up, so that a later word of it opens no call."""
        uniqueid, name = ami.get("Uniqueid"), ami.get("Channel")
        if not uniqueid or not name:
            return
        line = self.boundary.line(name)
        nowhere = CallState(UUID(int=0), "", self.now, self.position)
        channel = Channel(
            uniqueid, name, line, ami.get("Linkedid", ""), nowhere, self.now, self.position
        )
        channel.gone_at = self.now
        self.channels[uniqueid] = channel
        self._gone.append(channel)

    def keep_last_word(self, ami: AmiEvent) -> None:
        """Keep the Hangup of an unheard channel: no list will name it, and it was a call."""
        if len(self.last_words) < LAST_WORDS_LIMIT:
            self.last_words[ami.get("Uniqueid", "")] = LastWord(ami, self.now)

    def forget_channel(self, channel: Channel) -> None:
        """Begin to forget a channel that is gone."""
        self._gone.append(channel)
        if self.by_name.get(channel.name) is channel:
            del self.by_name[channel.name]

    def forget_call(self, call: CallState) -> None:
        """Begin to forget a call that is over."""
        self._living.pop(call, None)
        self._ended.append(call)

    def clear_out(self) -> None:
        """Forget what has been over for long enough. Cheap when there is nothing to do."""
        while self._gone and self.now - (self._gone[0].gone_at or LONG_AGO) > FORGET_CHANNEL:
            channel = self._gone.popleft()
            if self.channels.get(channel.uniqueid) is channel:
                del self.channels[channel.uniqueid]
        while self._ended and self.now - (self._ended[0].ended_at or LONG_AGO) > FORGET_CALL:
            call = self._ended.popleft()
            if call.ended_at is not None:
                self.drop(call)

    def drop(self, call: CallState) -> None:
        """Forget a call under every Linkedid that led to it."""
        for linkedid in (call.linkedid, *call.aliases):
            if self.calls.get(linkedid) is call:
                del self.calls[linkedid]

    # -- what changed -------------------------------------------------------------------------

    def touch(self, call: CallState) -> None:
        """Something that people would see has changed."""
        self._touched[call] = True

    def note(self, call: CallState) -> None:
        """Something has changed that only the call's row will show."""
        self._touched.setdefault(call, False)

    def tell_leg(self, kind: str, leg: LegState, call: CallState) -> None:
        """Tell that a leg began or stopped to ring."""
        call.pending.append((kind, leg))
        self._touched[call] = True

    def take_events(self) -> list[Event]:
        """What the last AMI event means for people. Whole calls are built only when shown."""
        events: list[Event] = []
        for call, is_visible in self.take_news():
            pending, call.pending = call.pending, []
            for kind, leg in pending:
                told = telling.event(call, self.snapshot(call), kind, leg)
                if told is not None:
                    events.append(told)
            if is_visible and not pending and call.ended_at is None:
                events.append(telling.updated(self.snapshot(call), self.now))
        return events

    def take_news(self) -> Iterator[tuple[CallState, bool]]:
        """Calls that the last AMI event changed, and whether people would see it."""
        touched, self._touched = self._touched, {}
        for call, is_visible in touched.items():
            if call.direction is not None:
                call.changed_at, call.snapshot = self.now, None
                self._changed[call.call_id] = call
                yield call, is_visible

    def snapshot(self, call: CallState) -> CallSnapshot:
        """The whole call as it was when it last changed, built once."""
        if call.snapshot is None:
            call.snapshot = telling.tell(call, self.settings.pbx, call.changed_at or self.now)
        return call.snapshot

    @property
    def has_news(self) -> bool:
        """Whether the last AMI event changed any call."""
        return bool(self._touched)

    def take_changed(self) -> list[CallSnapshot]:
        """Whole calls that changed since this was last asked."""
        changed, self._changed = self._changed, {}
        return [self.snapshot(call) for call in changed.values()]

    def forget_changed(self) -> None:
        """What changed so far is known already."""
        self._changed.clear()

    def living(self) -> KeysView[CallState]:
        """Calls that have not ended, told or not yet. To be copied by whoever ends some of them."""
        return self._living.keys()

    def next_living(self, most: int) -> list[CallState]:
        """The next of them in turn: each comes again when all others were given."""
        if most >= len(self._living):
            return list(self._living)
        found = list(islice(self._round, most))
        if len(found) < most:
            self._round = iter(list(self._living))
            found += islice(self._round, most - len(found))
        return found

    def begins_at(self, call: CallState, position: int) -> None:
        """To know all of a call, the tape must be read from here at the latest."""
        if position < call.position:
            call.position = position
            self._places.keep(call)

    def oldest_position(self) -> int | None:
        """Where the tape must be read from to know all that lives or is not yet taken."""
        places = [call.position for call in self._changed.values()]
        oldest = self._places.oldest(self._living, len(self._living))
        if oldest is not None:
            places.append(oldest)
        if self.last_words:
            places.append(self.list_awaited_from)
        return min(places, default=None)
