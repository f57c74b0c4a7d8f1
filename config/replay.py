"""`allo tape replay FILE`: what the tracker makes of a tape, told step by step and call by call."""

import dataclasses
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from config.errors import CannotStart
from config.settings import load_settings
from crm_core.calls.traces.export import SLICE
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.events import CallEvent, Event
from telephony.ami_event import AmiEvent, parse_capture, parse_frame
from telephony.slice_stream import BEGIN
from telephony.tape_file import PACKED_SUFFIX, SUFFIX, read_segment, segments_in
from telephony.tracker import CallTracker, TrackerSettings

Fed = tuple[AmiEvent, datetime]


def run(file: str, *, as_json: bool) -> int:
    """Replay a recorded stream (*.ami), an exported black box, a segment, or a tape's directory."""
    tracker = CallTracker(_tracker_settings())
    calls: dict[str, CallSnapshot] = {}
    for position, (ami, at) in enumerate(_read(Path(file))):
        for event in tracker.feed(ami, at, position=position):
            if not as_json:
                print(_line(event))
        calls.update((str(call.call_id), call) for call in tracker.take_changed())
    for call in calls.values():
        if as_json:
            print(json.dumps(dataclasses.asdict(call), default=str, ensure_ascii=False))
        else:
            print(_summary(call))
    return 0


def _tracker_settings() -> TrackerSettings:
    """Those of the first PBX link that is set; a tape that holds its own settings wins."""
    links = load_settings().pbx
    if not links:
        return TrackerSettings(pbx="main", extension_pattern=r"\d{2,5}", trunks=())
    link = links[0]
    return TrackerSettings(
        pbx=link.name, extension_pattern=link.extension_pattern, trunks=link.trunks
    )


def _read(path: Path) -> Iterator[Fed]:
    try:
        if path.is_dir():
            for number, segment in segments_in(path).items():
                yield from _read_segment(segment, number)
        elif path.name.endswith((SUFFIX, PACKED_SUFFIX)):
            yield from _read_segment(path, int(path.name.partition(".")[0]))
        else:
            yield from _read_capture(_stream_in(path))
    except OSError as error:
        raise CannotStart(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, zipfile.BadZipFile):
        raise CannotStart(f"{path} is neither a tape nor a recorded stream") from None


def _stream_in(path: Path) -> bytes:
    """The stream of a file, or of the archive that a black box is exported as."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return archive.read(SLICE)


def _read_segment(path: Path, number: int) -> Iterator[Fed]:
    for record in read_segment(path, number):
        for frame in record.frames:
            yield parse_frame(frame), record.at


def _read_capture(raw: bytes) -> Iterator[Fed]:
    """A recorded stream counts from its own beginning: a slice names it, else its first channel."""
    channel = re.search(rb"Uniqueid: (\d{9,11})\.", raw)
    started = datetime.fromtimestamp(int(channel[1]) if channel else 0, UTC)
    is_empty = True
    for elapsed, ami in parse_capture(raw):
        if is_empty and ami.get("Event") == BEGIN:
            started = datetime.fromisoformat(ami["From"])
        is_empty = False
        yield ami, started + elapsed
    if is_empty:
        raise ValueError


def _line(event: Event) -> str:
    name = type(event).__name__
    at = f"{event.at:%H:%M:%S.%f}"[:-3]
    if not isinstance(event, CallEvent):
        return f"{at} {name}"
    call = event.call
    who = call.raw_number or "withheld"
    rings = ",".join(call.ringing_extensions) or "-"
    return f"{at} {name:<14} {call.call_id} {who} {call.status} rings: {rings}"


def _summary(call: CallSnapshot) -> str:
    legs = ", ".join(
        f"{leg.extension or leg.raw_number} {leg.outcome or 'live'}" for leg in call.legs
    )
    return (
        f"\n{call.call_id} {call.direction} {call.status} {call.result or ''}\n"
        f"  {call.raw_number or 'withheld'} at {call.started_at:%Y-%m-%d %H:%M:%S}, "
        f"waited {call.wait_seconds:.1f} s, talked {call.talk_seconds:.1f} s\n  legs: {legs or '-'}"
    )
