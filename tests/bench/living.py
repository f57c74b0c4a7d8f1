"""Ten thousand calls alive at once in one tracker: what each costs in memory, and what in time.

Whatever a tracker does for each event must not grow with the calls that live beside it: the same
events are fed while nobody else talks and while ten thousand do.
"""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from telephony.ami_event import AmiEvent
from telephony.tracker import CallTracker, TrackerSettings
from tests.bench.mixed import START, TICK, list_channels, read_whole
from tests.bench.stream import CallScript, ScriptedCall
from tests.bench.subjects import say

PASSING = 1_000  # calls that come and go while the others live
PUT_EVERY = 20  # events
FORGOTTEN_SECONDS = 120  # after the end
EPOCH = int(START.timestamp())
MEMORY_BUDGET_KIB = 16.0  # a call, with its channels
SLOWER_BUDGET = 1.5  # events while ten thousand live, beside the same while nobody does
TICK_BUDGET_MS = 5.0  # once a second, while phones wait to ring
LIST_BUDGET_MS = 1_000.0  # once after each login


def measure(calls: int) -> int:
    """Print the table; 1 when a call was lost or is kept for ever."""
    script, clock = CallScript(), _Clock()
    tracker = CallTracker(TrackerSettings("bench", trunks=("PJSIP/provider",)))
    scripted = [_cast(script, number) for number in range(calls)]
    passing = [_parsed(_cast(script, calls + number)) for number in range(2 * PASSING)]
    idle = _pass(tracker, clock, passing[:PASSING])
    before = _resident_kib()
    _begin(tracker, clock, scripted)
    changed = _timed(tracker.take_changed)
    memory = _resident_kib() - before
    lines = list_channels(ami for call in scripted for ami in _parsed(call)[0])
    say(f"live: {calls:,} calls and {len(lines):,} channels")
    alive = len(tracker.live_calls())
    busy = _pass(tracker, clock, passing[PASSING:])
    times = {
        "the calls that changed, all of them": changed,
        "a snapshot of all live calls": _timed(tracker.live_calls),
        "the place to replay from": _timed(tracker.oldest_position),
        "a tick of the clock": max(_timed(lambda: _tick(tracker, clock)) for _ in range(20)),
        f"a list of {len(lines):,} channels compared": _timed(
            lambda: _compare(tracker, clock, lines)
        ),
    }
    still = len(tracker.live_calls())
    _end(tracker, clock, scripted)
    _print(calls, memory / calls, (idle, busy), times)
    kept = (alive, still, len(tracker.live_calls()), *_kept(tracker))
    print(
        f"  alive {alive:,}, after the list {still:,}, at the end {kept[2]}; then kept: calls"
        f" {kept[3]}, channels {kept[4]}, bridges {kept[5]}"
    )
    return 0 if kept == (calls, calls, 0, 0, 0, 0) and not tracker.errors else 1


_Parts = tuple[list[AmiEvent], list[AmiEvent]]


class _Clock:
    """The moment and the place on the tape of what is fed next."""

    def __init__(self) -> None:
        self.at = START
        self.position = 0

    def moves(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def feed(self, tracker: CallTracker, events: Sequence[AmiEvent]) -> None:
        self.position += 1
        for ami in events:
            tracker.feed(ami, self.at, self.position)


def _cast(script: CallScript, number: int) -> ScriptedCall:
    caller, extension = f"+7916{number:07}", str(2001 + number % 5_000)
    return script.cast(number, caller=caller, extension=extension, epoch=EPOCH)


def _parsed(call: ScriptedCall) -> _Parts:
    """What is heard until somebody talks, and how it ends."""
    return list(read_whole(call.ring + call.answer)), list(read_whole(call.end))


def _begin(tracker: CallTracker, clock: _Clock, calls: Sequence[ScriptedCall]) -> None:
    for call in calls:
        for ami in read_whole(call.ring + call.answer):
            clock.feed(tracker, [ami])
        clock.moves(0.001)


def _pass(tracker: CallTracker, clock: _Clock, calls: Sequence[_Parts]) -> float:
    """Events a second for calls that come and go, fifty in a second."""
    began = time.process_time()
    for place, (begin, end) in enumerate(calls):
        for number, ami in enumerate((*begin, *end)):
            clock.feed(tracker, [ami])
            if number % PUT_EVERY == 0:
                tracker.take_changed()
                tracker.oldest_position()
        clock.moves(0.02)
        if place % 50 == 0:
            _tick(tracker, clock)
    return sum(len(begin) + len(end) for begin, end in calls) / (time.process_time() - began)


def _tick(tracker: CallTracker, clock: _Clock) -> None:
    clock.feed(tracker, [TICK])


def _compare(tracker: CallTracker, clock: _Clock, lines: Sequence[AmiEvent]) -> None:
    clock.feed(tracker, [{"Event": "AlloLinkDown"}, {"Event": "AlloLinkUp"}])
    complete = {"Event": "CoreShowChannelsComplete", "ListItems": str(len(lines))}
    clock.feed(tracker, [*lines, complete])


def _end(tracker: CallTracker, clock: _Clock, calls: Sequence[ScriptedCall]) -> None:
    for call in calls:
        clock.feed(tracker, list(read_whole(call.end)))
    tracker.take_changed()
    for _second in range(FORGOTTEN_SECONDS):
        clock.moves(1)
        _tick(tracker, clock)


def _kept(tracker: CallTracker) -> tuple[int, ...]:
    """What the tracker still holds, all of which should be nothing."""
    board: Any = tracker._board
    return len(board.calls), len(board.channels), len(board.bridges)


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds of one core, however busy the machine is."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1_000


def _resident_kib() -> int:
    gc.collect()
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def _print(
    calls: int, memory: float, rates: tuple[float, float], times: Mapping[str, float]
) -> None:
    print(f"\n{calls:,} calls alive in one tracker\n")
    _line("memory of a call, KiB", memory, MEMORY_BUDGET_KIB)
    _line("events: slower than while nobody else talks", rates[0] / rates[1], SLOWER_BUDGET)
    print(f"  {'events a second meanwhile':<48} {rates[1]:>11,.0f}")
    for name, took in times.items():
        _line(f"{name}, ms", took, TICK_BUDGET_MS if "tick" in name else LIST_BUDGET_MS)


def _line(name: str, value: float, budget: float) -> None:
    missed = "" if value <= budget else "  MISSED"
    print(f"  {name:<48} {value:>11,.2f}   budget {budget:,.2f}{missed}")
