"""Measure Allo beside the least programs that could do the same work, and print the ratios.

    python -m tests.bench [--only ring,clients,deals,calls,written,playable,board]
        [--engine sqlite,postgresql] [--clients 1000000] [--agents 200]
        [--seconds 10] [--rates 10,100,500]

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

from tests.bench import board, playable, postgres, ring, screen_times, written
from tests.bench.office import Office, open_office
from tests.bench.subjects import say

CACHE = Path(os.environ.get("ALLO_BENCH_CACHE", ".cache/bench"))
SCREEN_PARTS = ("clients", "deals", "calls")
ON_EITHER = (*SCREEN_PARTS, "written")
PARTS = ("ring", "board", "playable", *ON_EITHER)
ENGINES = ("sqlite", "postgresql")


def main(arguments: argparse.Namespace) -> int:
    """Run the chosen parts; 1 when a call was lost."""
    chosen = set(arguments.only)
    status = 0
    with tempfile.TemporaryDirectory(prefix="allo-bench-") as folder:
        for engine in arguments.engine:
            if engine != "sqlite" and not chosen.intersection(ON_EITHER):
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
    if "written" in chosen:
        asyncio.run(written.measure(office, engine))
    if engine == "sqlite" and "playable" in chosen:
        asyncio.run(playable.measure(office, folder))
    if engine == "sqlite" and "ring" in chosen:
        status = asyncio.run(ring.measure(arguments, office, folder))
    if engine == "sqlite" and "board" in chosen:  # the last: it makes everybody a supervisor
        asyncio.run(board.measure(office, folder))
    return status


@contextmanager
def _office(engine: str, arguments: argparse.Namespace, folder: Path) -> Iterator[Office]:
    began = time.perf_counter()
    size = {"clients": arguments.clients, "agents": arguments.agents}
    if engine == "sqlite":
        office = open_office(CACHE, folder / "office", **size)
        say(f"office of {office.clients:,} clients ready in {time.perf_counter() - began:.0f} s")
        yield office
        return
    with postgres.open_office(CACHE, **size) as office:
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
    parser.add_argument("--agents", type=int, default=200)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main(_arguments()))
