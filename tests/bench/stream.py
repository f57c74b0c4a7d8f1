"""Calls as bytes: one recorded call, re-cast for as many callers and agents as a run needs."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from telephony.ami_event import parse_capture_bytes

FIXTURE = Path(__file__).parent.parent / "fixtures" / "ami" / "direct_answered.ami"
EVENTS_A_CALL = 67  # what a two-leg call brings with CEL, variables and test events switched on
RING_SECONDS = 1.0
TALK_SECONDS = 1.0

_ANSWER, _END = 2.0, 7.0  # when the recorded call was answered and ended


@dataclass(frozen=True, slots=True)
class ScriptedCall:
    """One call: what is sent when the phone rings, when it is answered, and when it ends."""

    caller: str
    extension: str
    ring: bytes
    answer: bytes
    end: bytes


class CallScript:
    """The recorded call as a template."""

    def __init__(
        self, fixture: Path = FIXTURE, *, is_kept: Callable[[bytes], bool] = lambda _frame: True
    ) -> None:
        frames = list(parse_capture_bytes(fixture.read_bytes()))
        surplus = len(frames) - EVENTS_A_CALL
        kept: list[tuple[float, bytes]] = []
        for seconds, frame in frames:
            if surplus > 0 and frame.startswith(b"Event: VarSet"):
                surplus -= 1  # the recording read every variable; an office reads a few
            else:
                kept.append((seconds, frame))
        self.events_a_call = len(kept)
        kept = [(seconds, frame) for seconds, frame in kept if is_kept(frame)]
        self._phases = [
            b"".join(frame + b"\r\n\r\n" for seconds, frame in kept if start <= seconds < stop)
            for start, stop in ((0.0, _ANSWER), (_ANSWER, _END), (_END, 1e9))
        ]
        self._bridge = re.search(rb"BridgeUniqueid: (\S+)", b"".join(self._phases)).group(1)  # type: ignore[union-attr]

    def cast(self, number: int, *, caller: str, extension: str, epoch: int) -> ScriptedCall:
        """The recorded call, told of another caller and another agent. `number` is unique."""
        first, second = number * 2, number * 2 + 1
        swaps = (
            (b"1795417886.0", b"%d.%d" % (epoch, first)),
            (b"1795417886.1", b"%d.%d" % (epoch, second)),
            (b"PJSIP/provider-00000000", b"PJSIP/provider-%08x" % first),
            (b"PJSIP/101-00000001", b"PJSIP/%s-%08x" % (extension.encode(), second)),
            (b"PJSIP/101", b"PJSIP/" + extension.encode()),
            (b"Num: 101\r", b"Num: " + extension.encode() + b"\r"),
            (b"+79161234567", caller.encode()),
            (self._bridge, b"00000000-0000-4000-8000-%012x" % number),
        )
        phases = list(self._phases)
        for old, new in swaps:
            phases = [phase.replace(old, new) for phase in phases]
        return ScriptedCall(caller, extension, *phases)
