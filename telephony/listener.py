"""The listener of one PBX link: what was read goes onto the tape, to the tracker, to the bus.

In this order, and only here. Nothing downstream can hold up the reading: facts go to the bus
without waiting, whole calls to the call log without waiting, and a tracker that falls behind is
caught up from the tape.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_core.calls.control import LiveChannel
from crm_core.kernel.bus import EventBus
from crm_core.kernel.call_facts import ORDERED_CALL, CallSnapshot, Checkpoint
from crm_core.kernel.events import CallsReplaced, Event
from telephony.ami_event import AmiEvent, count_malformed, parse_frame
from telephony.ami_frames import event_name
from telephony.arrival_clock import ArrivalClock
from telephony.backlog import Backlog
from telephony.counters import LinkCounters
from telephony.members import MEMBER_EVENTS, QueueMembers
from telephony.ordered_rings import what_rang
from telephony.phone_book import PHONE_EVENTS, PhoneBook
from telephony.tape import Tape
from telephony.tape_file import TapeRecord, place_of, position_of, segment_name
from telephony.tracker import EVENTS_READ, TRACKER_VERSION

logger = logging.getLogger(__name__)

SLICE_SECONDS = 0.003  # of tracking, then the sockets have their turn
PUT_SECONDS = 0.025  # whole calls are handed on at most so long after the fact
IDLE_PUT_SECONDS = 30.0  # the checkpoint moves on though nobody calls
FORGOTTEN_RECORDS = 1_000  # of a replay, whose calls need not be kept to be handed on
STEERING_MARKS = (b"Event: AlloSettings", b"Event: AlloBoot")  # said again in each segment

SNAPSHOT_ENDS = ("CoreShowChannelsComplete", "StatusComplete")
BOOTED = "FullyBooted"


READ = frozenset(name.encode() for name in (*EVENTS_READ, *MEMBER_EVENTS, BOOTED))
"""All that anybody here understands; the rest is on the tape for who will."""
LEARNT_FROM = frozenset(name.encode() for name in PHONE_EVENTS)


class Tracker(Protocol):
    """What the listener asks of a call tracker."""

    def feed(self, ami: AmiEvent, at: datetime, *, position: int) -> Sequence[Event]: ...
    def follow(self, ami: AmiEvent, at: datetime, *, position: int) -> None: ...
    def take_changed(self) -> Sequence[CallSnapshot]: ...
    def forget_changed(self) -> None: ...
    def live_calls(self) -> Sequence[CallSnapshot]: ...
    def oldest_position(self) -> int | None: ...
    def channels_of(self, call_id: UUID) -> Sequence[LiveChannel]: ...


class CallLog(Protocol):
    """Where whole calls go. Never waits; writing one twice changes nothing."""

    def put(
        self, pbx: str, calls: Sequence[CallSnapshot], checkpoint: Checkpoint | None
    ) -> None: ...


@dataclass(slots=True)
class LinkStory:
    """What a tape tells of the link itself."""

    boot: str | None = None  # the last start of the PBX that is known
    down_since: tuple[datetime, str] | None = None  # and why, if the link was down at the end

    def take(self, mark: AmiEvent) -> None:
        match mark.get("Event"):
            case "AlloBoot":
                self.boot = mark.get("Boot")
            case "AlloLinkUp":
                self.down_since = None
            case "AlloLinkDown" if self.down_since is None and "From" in mark:
                since = datetime.fromisoformat(mark["From"])
                self.down_since = (since, mark.get("Reason", ""))


class Listener:
    """Everything between the socket of one PBX and the rest of the house."""

    def __init__(
        self,
        pbx: str,
        tape: Tape,
        tracker: Tracker,
        *,
        bus: EventBus,
        call_log: CallLog,
        counters: LinkCounters,
        members: QueueMembers | None = None,
        phones: PhoneBook | None = None,
        clock: ArrivalClock | None = None,
        on_notice: Callable[[AmiEvent], None] = lambda _ami: None,
    ) -> None:
        self.clock = clock or ArrivalClock()
        self._pbx = pbx
        self._tape = tape
        self._tracker = tracker
        self._members = members
        self._phones = phones
        self._bus = bus
        self._call_log = call_log
        self._counters = counters
        self._on_notice = on_notice
        self._backlog = Backlog(tape, counters)
        self._is_draining = False
        self._putting: asyncio.TimerHandle | None = None
        self._put_at = time.monotonic()
        self._tracked = tape.end
        self._tracked_at: datetime | None = None
        self._standing: dict[str, list[bytes]] = {}
        self._complained: set[str] = set()

    @property
    def has_live_calls(self) -> bool:
        return self._tracker.oldest_position() is not None

    @property
    def live_linkedids(self) -> frozenset[str]:
        """Of the calls that live now."""
        return frozenset(call.linkedid for call in self._tracker.live_calls())

    @property
    def is_caught_up(self) -> bool:
        """Whether all that was read has been tracked."""
        return not self._is_draining

    def take(self, frames: list[bytes]) -> None:
        """Take the messages of one read: onto the tape first, then to the tracker."""
        if self._tape.is_full:
            self._tape.rotate()
            for marks in self._standing.values():
                self._take(marks)
        self._take(frames)

    def mark(self, name: str, **values: str) -> None:
        """Tell the tape and the tracker something that the PBX does not say itself."""
        lines = [f"Event: {name}", *(f"{key}: {value}" for key, value in values.items())]
        frame = "\r\n".join(lines).encode()
        if name != "AlloTick":  # a new segment begins with what is so: settings, boot, link
            self._standing[name.removesuffix("Up").removesuffix("Down")] = [frame]
        self.take([frame])

    def _take(self, frames: list[bytes]) -> None:
        at = self.clock.now()
        position = self._tape.append(frames, at)
        self._backlog.put(TapeRecord(position, self._tape.end, at, frames))
        if not self._is_draining:
            self._drain()

    def _drain(self) -> None:
        """Track what waits, for a moment; the rest after the sockets had their turn."""
        self._is_draining = True
        until = time.perf_counter() + SLICE_SECONDS
        while record := self._backlog.pop():
            self._track(record, publish=self._bus.publish)
            if time.perf_counter() > until:
                asyncio.get_running_loop().call_soon(self._drain)
                break
        else:
            self._is_draining = False
        if self._putting is None:
            self._putting = asyncio.get_running_loop().call_later(PUT_SECONDS, self.put_calls)

    def _track(self, record: TapeRecord, publish: Callable[[Event], None] | None) -> None:
        for frame in record.frames:
            if event_name(frame) not in READ:
                continue
            ami = parse_frame(frame)
            if self._phones is not None and ami.get("Event") in PHONE_EVENTS:
                self._phones.feed(ami)
            if len(ami) <= frame.count(b"\r\n"):
                self._counters.lines_malformed += count_malformed(frame)
            facts = [*self._feed(ami, record, publish), *self._feed_members(ami, record)]
            if publish:
                for fact in facts:
                    publish(fact)
                self._notice(ami)
        self._tracked, self._tracked_at = record.end, record.at

    def _feed(
        self, ami: AmiEvent, record: TapeRecord, publish: Callable[[Event], None] | None
    ) -> Sequence[Event]:
        self._counters.events_tracked += 1
        try:
            if publish is None:
                self._tracker.follow(ami, record.at, position=record.position)
                return ()
            return self._tracker.feed(ami, record.at, position=record.position)
        except Exception:  # one event that is not understood must not end the calls
            self._counters.events_failed += 1
            name = ami.get("Event", "")
            if name not in self._complained and len(self._complained) < 100:
                self._complained.add(name)
                logger.exception("the tracker failed on %s at %d", name, record.position)
            return ()

    def _feed_members(self, ami: AmiEvent, record: TapeRecord) -> Sequence[Event]:
        if self._members is None or ami.get("Event") not in MEMBER_EVENTS:
            return ()
        change = self._members.feed(ami, record.at)
        return (change,) if change else ()

    def _learn_phones(self, frames: Sequence[bytes]) -> None:
        if self._phones is None:
            return
        for frame in frames:
            if event_name(frame) in LEARNT_FROM:
                self._phones.feed(parse_frame(frame))

    def _notice(self, ami: AmiEvent) -> None:
        name = ami.get("Event")
        if name in SNAPSHOT_ENDS:
            self.replace_calls()
        elif name == BOOTED:
            self._on_notice(ami)
        elif name == "OriginateResponse" and ami.get("Uniqueid", "").startswith(ORDERED_CALL):
            self._bus.publish(what_rang(self._pbx, ami, self.clock.now()))

    def replace_calls(self) -> None:
        """Tell the screens all that lives now."""
        calls = tuple(self._tracker.live_calls())
        self._bus.publish(CallsReplaced(at=self.clock.now(), pbx=self._pbx, calls=calls))

    def tell_members(self) -> None:
        """Tell again who answers which queue, as it is known."""
        if self._members is not None:
            self._bus.publish(self._members.tell(self.clock.now()))

    def put_calls(self) -> None:
        """Hand the calls that changed to the call log, with the place to replay from."""
        self._putting = None
        calls = self._tracker.take_changed()
        if calls or time.monotonic() - self._put_at > IDLE_PUT_SECONDS:
            self._put(calls)

    def _put(self, calls: Sequence[CallSnapshot]) -> None:
        self._put_at = time.monotonic()
        self._call_log.put(self._pbx, calls, self._checkpoint())

    def _checkpoint(self) -> Checkpoint:
        oldest = self._tracker.oldest_position()
        segment, offset = place_of(self._tracked if oldest is None else oldest)
        return Checkpoint(
            segment=segment_name(segment),
            offset=offset,
            tracker_version=TRACKER_VERSION,
            at=self._tracked_at or self.clock.now(),
        )

    async def replay(self, position: int, *, known_until: datetime | None = None) -> LinkStory:
        """Feed the tape from `position` on, in silence.

        Read from the beginning of that segment, since the marks that steer tracking stand there.
        What came before `known_until` is in the call log: of that, nothing is handed on again.
        """
        story, before = LinkStory(), None
        segment, _offset = place_of(position)
        for number, record in enumerate(self._tape.records_from(position_of(segment, 0))):
            if known_until is not None:
                if number % FORGOTTEN_RECORDS == 0 or record.at >= known_until:
                    self._tracker.forget_changed()
                is_set_back = before is not None and record.at < before  # by somebody: ask no more
                known_until = None if is_set_back or record.at >= known_until else known_until
                before = record.at
            marks = [frame for frame in record.frames if frame.startswith(b"Event: Allo")]
            for mark in marks:
                story.take(parse_frame(mark))
            if record.position < position:
                self._learn_phones(record.frames)
                steering = [mark for mark in marks if mark.startswith(STEERING_MARKS)]
                record = replace(record, frames=steering)
            self._track(record, publish=None)
            if number % 100 == 99:
                await asyncio.sleep(0)
        if known_until is not None:
            self._tracker.forget_changed()
        self._tracked = self._tape.end
        self.put_calls()
        return story

    def close(self) -> None:
        """Hand on what changed last."""
        if self._putting is not None:
            self._putting.cancel()
        self._put(self._tracker.take_changed())
