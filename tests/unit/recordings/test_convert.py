"""From a file of the PBX to audio in the store: real files, the real decoder, real faults."""

import asyncio
import random
import socket
from pathlib import Path
from typing import Any

import pytest

from recordings.keeper import run_child
from recordings.peaks import POINTS
from recordings.store import file_of
from tests.unit.recordings.sounds import (
    AGENT_HZ,
    CLIENT_HZ,
    RATE,
    silence,
    tone,
    wav_header,
    write_wav,
)


async def convert(path: Path, store: Path, *, seconds: float = 60) -> dict[str, Any]:
    job = {
        "store": str(store),
        "places": [{"root": str(path.parent), "parts": [path.name]}],
    }
    return await run_child(job, seconds=seconds)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def stored(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


async def test_a_talk_becomes_opus_with_its_length_and_a_lane_for_each_side(
    tmp_path: Path, store: Path
) -> None:
    agent = tone(AGENT_HZ, 2) + silence(2)
    client = silence(2) + tone(CLIENT_HZ, 2, loudness=0.9)
    talk = write_wav(tmp_path / "in" / "talk.wav", agent, client)

    found = await convert(talk, store)

    assert (found["state"], found["channels"]) == ("ready", 2)
    assert found["duration_seconds"] == pytest.approx(4.0, abs=0.1)
    agent_lane, client_lane = found["peaks"]
    assert (len(agent_lane), len(client_lane)) == (POINTS, POINTS)
    half = POINTS // 2
    assert min(agent_lane[20 : half - 20]) > 90
    assert max(agent_lane[half + 20 :]) < 10
    assert max(client_lane[: half - 20]) < 10
    assert min(client_lane[half + 20 : -20]) > 180
    kept = file_of(store, found["content_hash"])
    assert kept.read_bytes().startswith(b"OggS")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.stat().st_size == found["size_bytes"]


async def test_the_same_sound_is_kept_once(tmp_path: Path, store: Path) -> None:
    first = write_wav(tmp_path / "a.wav", tone(AGENT_HZ, 1))
    second = write_wav(tmp_path / "b.wav", tone(AGENT_HZ, 1))

    hashes = {(await convert(path, store))["content_hash"] for path in (first, second)}

    assert len(hashes) == 1
    assert len(stored(store)) == 1


@pytest.mark.parametrize(
    ("content", "state", "reason"),
    [
        (b"", "silent", "empty"),
        (wav_header(0), "silent", "no_sound"),
        (b"#EXTM3U\n/etc/passwd\n", "failed", "not_audio"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "failed", "not_audio"),
        (b"<html><script>alert(1)</script>", "failed", "not_audio"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "failed", "not_audio"),
        (wav_header(100, codec=0x161) + bytes(100), "failed", "not_audio"),
        (b"OggS" + bytes(200), "failed", "not_audio"),
    ],
)
async def test_what_is_no_sound_is_told_as_what_it_is(
    tmp_path: Path, store: Path, content: bytes, state: str, reason: str
) -> None:
    path = tmp_path / "talk.wav"
    path.write_bytes(content)

    found = await convert(path, store)

    assert (found["state"], found["reason"]) == (state, reason)
    assert stored(store) == []


async def test_a_file_that_was_cut_short_still_plays(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "cut.wav"
    path.write_bytes(wav_header(RATE * 2 * 60) + tone(AGENT_HZ, 2).tobytes())

    found = await convert(path, store)

    assert (found["state"], found["reason"]) == ("partial", "cut_short")
    assert found["duration_seconds"] == pytest.approx(2.0, abs=0.1)


async def test_a_file_that_is_not_there_yet_is_waited_for(tmp_path: Path, store: Path) -> None:
    found = await convert(tmp_path / "later.wav", store)

    assert (found["state"], found["reason"]) == ("waiting", "not_found")


async def test_a_file_that_grows_meanwhile_is_not_taken_for_finished(
    tmp_path: Path, store: Path
) -> None:
    path = write_wav(tmp_path / "long.wav", tone(AGENT_HZ, 60))
    growing = asyncio.create_task(convert(path, store))
    while not growing.done():
        with path.open("ab") as file:
            file.write(bytes(160))
        await asyncio.sleep(0.005)

    assert growing.result() == {"state": "waiting", "reason": "growing"}


async def test_a_decoder_that_does_not_end_is_ended(tmp_path: Path, store: Path) -> None:
    path = write_wav(tmp_path / "long.wav", tone(AGENT_HZ, 120))

    found = await convert(path, store, seconds=0.05)

    assert (found["state"], found["reason"]) == ("waiting", "timeout")


@pytest.mark.parametrize(
    "count",
    [40, pytest.param(10_000, marks=[pytest.mark.torture, pytest.mark.timeout(7_200)])],
    ids=["some", "all"],
)
async def test_mutated_files_reach_nothing_and_nobody(
    tmp_path: Path, store: Path, count: int
) -> None:
    """T9: whatever a decoder makes of it, no address is asked and no other file is heard."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        port = canary.getsockname()[1]
        secret = tmp_path / "secret.wav"
        write_wav(secret, tone(CLIENT_HZ, 1))
        good = write_wav(tmp_path / "good.wav", tone(AGENT_HZ, 0.2)).read_bytes()
        chance = random.Random(count)
        for _ in range(count):
            path = tmp_path / "in" / "talk.wav"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(_mutated(good, chance, port, secret))
            found = await convert(path, store)
            assert found["state"] in ("ready", "partial", "silent", "failed", "waiting")
        with pytest.raises(BlockingIOError):
            canary.accept()


def _mutated(good: bytes, chance: random.Random, port: int, secret: Path) -> bytes:
    """A good file with bytes changed, cut, or with words in it that name other places."""
    spoilt = bytearray(good[: chance.choice((len(good), chance.randint(1, len(good))))])
    for _ in range(chance.randint(1, 30)):
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    words = (
        f"http://127.0.0.1:{port}/a.ts",
        f"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:{port}/a.ts\n",
        f"concat:{secret}|{secret}",
        f"ffconcat version 1.0\nfile '{secret}'\n",
    )
    word = chance.choice(words).encode()
    place = chance.choice((0, 12, 36, 44, len(spoilt)))
    if chance.random() < 0.4:
        spoilt[place:place] = word
    return bytes(spoilt)
