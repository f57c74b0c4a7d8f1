"""How many events a second are read and tracked: the product's link beside a parser by hand."""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.driver import Pbx
from tests.bench.stream import ScriptedCall

ROUNDS = 3
ROUND_SECONDS = 120


async def read_rates(
    rounds: Sequence[Sequence[ScriptedCall]], events_a_call: int, folder: Path
) -> dict[str, float]:
    """Events a second of `link` and of `parser`: the middle one of equal rounds."""
    return {
        name: await _read_rate(name, rounds, events_a_call, folder) for name in ("parser", "link")
    }


async def _read_rate(
    name: str, rounds: Sequence[Sequence[ScriptedCall]], events_a_call: int, folder: Path
) -> float:
    calls = len(rounds[0])
    async with Pbx().serving() as pbx:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.readers"),
            *(name, str(pbx.port), str(calls), str(events_a_call), str(folder / "tape")),
            env=dict(os.environ),
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            await asyncio.wait_for(pbx.logged_in.wait(), 20)
            await asyncio.sleep(2)  # the link compares its calls with the PBX's first
            seconds = [await _pour(pbx, process, each) for each in rounds]
        finally:
            process.kill()
            await process.wait()
    return calls * events_a_call / statistics.median(seconds)


async def _pour(
    pbx: Pbx, process: asyncio.subprocess.Process, calls: Sequence[ScriptedCall]
) -> float:
    """Seconds until the reader says that it is through with all of these calls."""
    assert pbx.subject
    assert process.stdout
    start = time.perf_counter()
    for call in calls:
        pbx.subject.write(call.ring + call.answer + call.end)
        await pbx.subject.drain()
    async with asyncio.timeout(ROUND_SECONDS):
        line = await process.stdout.readline()
    if not line:
        raise RuntimeError("the reader ended before it was through")
    return time.perf_counter() - start
