"""Reading goes on whatever happens behind it."""

from pathlib import Path

import pytest

from crm_core.kernel.bus import EventBus
from telephony import listener as listening
from telephony.backlog import Backlog
from telephony.counters import LinkCounters
from telephony.listener import Listener
from telephony.tape import Tape, TapeLimits
from telephony.tape_file import segments_in
from tests.integration.telephony.link_house import KeptCalls, PlainTracker


def begun(number: int) -> list[bytes]:
    return [b"Event: Newchannel\r\nChannel: %d" % number]


async def test_a_tracker_that_is_too_slow_gets_everything_in_order_from_the_tape(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "SLICE_SECONDS", 0.0)
    counters, tracker = LinkCounters(), PlainTracker()
    tape = Tape(tmp_path, limits=TapeLimits(segment_bytes=5_000, reserve_bytes=0))
    tape.open()
    kept = KeptCalls([], tracker.changed)
    listener = Listener("main", tape, tracker, bus=EventBus(), call_log=kept, counters=counters)
    listener._backlog = Backlog(tape, counters, bytes_limit=1_000)
    for number in range(1_000):  # a flood in one turn of the loop: nothing else runs meanwhile
        listener.take(begun(number))
    assert len(tracker.fed) < 1_000
    while len(tracker.fed) < 1_000:
        tracker.changed.clear()
        await tracker.changed.wait()

    assert [ami["Channel"] for ami in tracker.fed] == [str(number) for number in range(1_000)]
    assert counters.overflows > 0
    listener.close()
    tape.close()


async def test_each_segment_begins_with_the_marks_that_steer_tracking(tmp_path: Path) -> None:
    tracker = PlainTracker()
    tape = Tape(tmp_path, limits=TapeLimits(segment_bytes=400, reserve_bytes=0))
    tape.open()
    listener = Listener(
        "main",
        tape,
        tracker,
        bus=EventBus(),
        call_log=KeptCalls([], tracker.changed),
        counters=LinkCounters(),
    )
    listener.mark("AlloSettings", ExtensionPattern="1..")
    listener.mark("AlloLinkUp")
    for number in range(30):
        listener.take(begun(number))
    last = max(segments_in(tmp_path))
    listener.close()
    tape.close()

    frames = [record.frames[0] for record in Tape(tmp_path).records_from(last << 40)]
    assert frames[:2] == [b"Event: AlloSettings\r\nExtensionPattern: 1..", b"Event: AlloLinkUp"]
