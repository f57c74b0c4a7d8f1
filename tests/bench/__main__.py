"""Measure Allo beside the least programs that could do the same work, and print the ratios.

    python -m tests.bench
        [--only tracker,live,ring,clients,deals,calls,journal,written,playable,restart,board]
        [--engine sqlite,postgresql] [--clients 1000000] [--calls 1000000] [--agents 200]
        [--seconds 10] [--rates 10,100,500] [--copies 20] [--alive 10000]
        [--day 100000] [--oldest 30]

`copies`: of each recorded stream, for the tracker alone; `alive`: calls that live at once; `day`:
calls on the tape at a restart, the oldest that lives began so many minutes before.

Read the ratios, since absolute times belong to the machine and to what else it does; its load is
printed with them. The offices are made once and kept in .cache/bench.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.pace import keep_the_loop_free
from tests.bench import (
    board,
    journal,
    living,
    playable,
    postgres,
    restart,
    ring,
    screen_times,
    tracking,
    written,
)
from tests.bench.office import Office, open_office, size_of
from tests.bench.subjects import say

CACHE = Path(os.environ.get("ALLO_BENCH_CACHE", ".cache/bench"))
SCREEN_PARTS = ("clients", "deals", "calls")
ON_EITHER = (*SCREEN_PARTS, "journal", "written")
ALONE = ("tracker", "live")  # they need no office
ON_SQLITE = ("ring", "board", "playable", "restart")
PARTS = (*ALONE, *ON_SQLITE, *ON_EITHER)
ENGINES = ("sqlite", "postgresql")


def main(arguments: argparse.Namespace) -> int:
    """Run the chosen parts; 1 when a call was lost."""
    chosen = set(arguments.only)
    status = tracking.measure(arguments.copies) if "tracker" in chosen else 0
    keep_the_loop_free()  # as a server does: else Python looks for garbage in all that lives
    if "live" in chosen:
        status |= living.measure(arguments.alive)
    with tempfile.TemporaryDirectory(prefix="allo-bench-") as folder:
        for engine in arguments.engine:
            has_office = {*ON_EITHER, *(ON_SQLITE if engine == "sqlite" else ())}
            if not chosen.intersection(has_office):
                continue
            with _office(engine, arguments, Path(folder)) as office:
                run = Path(folder) / engine
                run.mkdir(exist_ok=True)
                status |= _measure(chosen, engine, arguments, (office, run))
                print(f"load of the machine: {', '.join(f'{it:.1f}' for it in os.getloadavg())}")
    return status


def _measure(
    chosen: set[str], engine: str, arguments: argparse.Namespace, place: tuple[Office, Path]
) -> int:
    office, folder = place
    status = 0
    if screens := chosen.intersection(SCREEN_PARTS):
        asyncio.run(screen_times.measure(office, folder, screens, engine))
    if "journal" in chosen:
        asyncio.run(journal.measure(office, folder, engine))
    if "written" in chosen:
        asyncio.run(written.measure(office, engine))
    if engine == "sqlite" and "playable" in chosen:
        asyncio.run(playable.measure(office, folder))
    if engine == "sqlite" and "ring" in chosen:
        status = asyncio.run(ring.measure(arguments, office, folder))
    if engine == "sqlite" and "restart" in chosen:
        day = restart.Day(arguments.day, arguments.oldest)
        status |= asyncio.run(restart.measure(office, folder, day))
    if engine == "sqlite" and "board" in chosen:  # the last: it makes everybody a supervisor
        asyncio.run(board.measure(office, folder))
    return status


@contextmanager
def _office(engine: str, arguments: argparse.Namespace, folder: Path) -> Iterator[Office]:
    began = time.perf_counter()
    size, agents = size_of(arguments.clients, arguments.calls), arguments.agents
    if engine == "sqlite":
        office = open_office(CACHE, folder / "office", size, agents=agents)
        say(
            f"office of {size.clients:,} clients and {size.calls:,} calls"
            f" ready in {time.perf_counter() - began:.0f} s"
        )
        yield office
        return
    with postgres.open_office(CACHE, size, agents=agents) as office:
        say(f"the same on PostgreSQL ready in {time.perf_counter() - began:.0f} s")
        yield office


def _several(known: tuple[str, ...]) -> "type[argparse.Action]":
    class Several(argparse.Action):
        def __call__(
            self,
            parser: argparse.ArgumentParser,
            namespace: argparse.Namespace,
            values: object,
            option_string: str | None = None,
        ) -> None:
            named = str(values).split(",")
            if unknown := set(named) - set(known):
                parser.error(f"{option_string}: {', '.join(unknown)}; known: {', '.join(known)}")
            setattr(namespace, self.dest, named)

    return Several


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--only", action=_several(PARTS), default=list(PARTS))
    parser.add_argument("--engine", action=_several(ENGINES), default=list(ENGINES))
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rates", default="10,100,500")
    parser.add_argument("--clients", type=int, default=1_000_000)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--copies", type=int, default=20)
    parser.add_argument("--alive", type=int, default=10_000)
    parser.add_argument("--day", type=int, default=100_000)
    parser.add_argument("--oldest", type=int, default=30)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main(_arguments()))
