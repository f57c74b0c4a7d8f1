"""Recordings of the made-up company, made by code as a PBX would have left them: two in turn.

They are noise shaped like speech: enough to be seen, heard and kept; nobody says anything.
"""

import random
import wave
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from config.demo.history import PastCall
from crm_core.kernel.call_facts import CallResult, RecordingFact

PREFIX = "/var/spool/asterisk/monitor"
RECORDED = 24  # of the newest talks
LONGEST_SECONDS = 240.0
RATE = 8_000
_SYLLABLE = RATE // 5
_SYLLABLES_HELD = 12  # kinds of sound; a talk is made of them over and over


def with_recordings(history: Sequence[PastCall]) -> list[PastCall]:
    """The same calls; the newest talks among them were recorded."""
    talks = [past for past in history if past.call.result is CallResult.ANSWERED]
    chosen = {
        past.call.call_id
        for past in talks[-RECORDED * 2 :]
        if 8 <= past.call.talk_seconds <= LONGEST_SECONDS
    }
    return [_recorded(past) if past.call.call_id in chosen else past for past in history]


def _recorded(past: PastCall) -> PastCall:
    call = past.call
    fact = RecordingFact(
        key=f"{call.linkedid}/0",
        path=f"{PREFIX}/{call.linkedid}.wav",
        uniqueid=call.linkedid,
        started_at=call.answered_at or call.started_at,
    )
    return replace(past, call=replace(call, recordings=(fact,)))


def write_files(history: Sequence[PastCall], monitor: Path, *, seed: int) -> None:
    """Write the sound of every recorded talk below `monitor`. Blocks: call it through a thread."""
    chance = random.Random(seed)  # noqa: S311  # noise, no secret
    voices = _voices(chance)
    monitor.mkdir(parents=True, exist_ok=True)
    for past in history:
        for fact in past.call.recordings:
            name = (fact.path or "").removeprefix(f"{PREFIX}/")
            _write(monitor / name, past.call.talk_seconds, voices, chance)


def _voices(chance: random.Random) -> dict[str, list[bytes]]:
    """Syllables of each side as stereo sound: ours is the first channel."""
    made: dict[str, list[bytes]] = {"ours": [], "theirs": [], "nobody": []}
    for _ in range(_SYLLABLES_HELD):
        pitch, loudness = chance.uniform(0.05, 0.12), chance.randint(2_500, 13_000)
        phase, ours, theirs = 0.0, bytearray(), bytearray()
        for place in range(_SYLLABLE):
            phase = (phase + pitch * chance.uniform(0.85, 1.15)) % 2.0
            swell = 1 - abs(2 * place / _SYLLABLE - 1)
            sample = int((phase - 1) * loudness * swell).to_bytes(2, "little", signed=True)
            ours += sample + b"\0\0"
            theirs += b"\0\0" + sample
        made["ours"].append(bytes(ours))
        made["theirs"].append(bytes(theirs))
    made["nobody"].append(bytes(4 * _SYLLABLE))
    return made


def _write(
    path: Path, seconds: float, voices: dict[str, list[bytes]], chance: random.Random
) -> None:
    """Turns of some seconds, with pauses between the words."""
    left, speaker = round(seconds * RATE / _SYLLABLE), "ours"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        while left > 0:
            for _ in range(min(left, chance.randint(6, 40))):
                voice = speaker if chance.random() < 0.8 else "nobody"
                file.writeframesraw(chance.choice(voices[voice]))
                left -= 1
            speaker = "theirs" if speaker == "ours" else "ours"
