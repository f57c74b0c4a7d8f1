"""`allo demo`: seed, serve, let phones ring, and leave nothing behind."""

import asyncio
import errno
import json
import secrets
import socket
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from config.app import Allo, ServedAt
from config.data_directory import locked
from config.demo import words
from config.demo.calls import DemoCalls, callers_of
from config.demo.notes import NoteTaker
from config.demo.seed import Seeded, seed_database
from config.demo.settings import HOST, demo_settings, new_secret
from config.logging import configure_logging
from config.serving import given_up_at, run_loop
from telephony.simulator.channels import Phone
from telephony.simulator.pbx import SimulatedPbx
from telephony.simulator.plans import Caller, Planner

DEFAULT_PORT = 8080
STRANGERS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoWish:
    """How the demo is to be."""

    port: int
    pace: float
    seed: int
    as_json: bool


def run(*, port: int, pace: float, seed: int | None, as_json: bool) -> int:
    """Run the demo until stopped."""
    configure_logging("WARNING")
    wish = DemoWish(
        port=_free_port(port),
        pace=pace,
        seed=secrets.randbelow(1_000_000) if seed is None else seed,
        as_json=as_json,
    )
    with ExitStack() as place:
        run_loop(lambda stop: _run_in_its_own_place(wish, stop, place))
    return 0


async def _run_in_its_own_place(wish: DemoWish, stop: asyncio.Event, place: ExitStack) -> None:
    """Make it where signals are listened for already, so that no stop leaves it behind.

    It is cleared away after the loop, whose threads may be writing sounds to the end.
    """
    directory = Path(place.enter_context(tempfile.TemporaryDirectory(prefix="allo-demo-")))
    place.enter_context(locked(directory))
    await _run(wish, directory, stop)


async def _run(wish: DemoWish, directory: Path, stop: asyncio.Event) -> None:
    pbx = SimulatedPbx(phones=_phones(), username="demo", secret=new_secret(), seed=wish.seed)
    async with AsyncExitStack() as stack:
        async with given_up_at(stop):
            pbx_port = await stack.enter_async_context(pbx.serve(HOST))
            settings = demo_settings(
                directory, port=wish.port, pbx_port=pbx_port, secret=pbx.secret
            )
            seeded = await seed_database(settings, seed=wish.seed)
            calls = await stack.enter_async_context(_ringing(wish, pbx, seeded))
            allo = Allo(settings, demo=calls.call_now)
            calls.at_desk = lambda: _at_desk(allo, seeded)
            calls.take_note = NoteTaker(allo, wish.seed).write
            served = await stack.enter_async_context(allo.serve())
        _welcome(served, seeded, as_json=wish.as_json)
        await stop.wait()


@asynccontextmanager
async def _ringing(wish: DemoWish, pbx: SimulatedPbx, seeded: Seeded) -> AsyncIterator[DemoCalls]:
    """Calls come and go while the block runs."""
    callers = callers_of(seeded.numbers, seeded.missed_numbers, strangers=STRANGERS, seed=wish.seed)
    calls = DemoCalls(
        pbx=pbx,
        planner=Planner(callers, dids=words.DIDS, seed=wish.seed),
        at_desk=frozenset,
        well_known=[Caller(number) for number in seeded.well_known[:20]],
        pace=wish.pace,
        seed=wish.seed,
    )
    async with asyncio.TaskGroup() as workers:
        worker = workers.create_task(calls.run(), name="demo calls")
        try:
            yield calls
        finally:
            worker.cancel()


def _at_desk(allo: Allo, seeded: Seeded) -> frozenset[str]:
    return frozenset(
        person.extension for person in seeded.people if allo.hub.has_screen(person.user_id)
    )


def _phones() -> Sequence[Phone]:
    return [
        Phone(extension, name, queues)
        for _login, name, _role, extension, _team, queues in words.COLLEAGUES
    ]


def _free_port(wanted: int) -> int:
    """The wanted port; if it was not chosen on purpose and is taken, any other."""
    if wanted != DEFAULT_PORT:
        return wanted
    try:
        with socket.create_server((HOST, wanted)):
            return wanted
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return 0


def _welcome(served: ServedAt, seeded: Seeded, *, as_json: bool) -> None:
    if as_json:
        people = [
            {
                "login": person.login,
                "password": person.password,
                "role": person.role,
                "extension": person.extension,
            }
            for person in seeded.people
        ]
        print(json.dumps({"url": served.web, "push_url": served.push, "users": people}), flush=True)
        return
    lines = [
        "",
        f"  Allo is ready:  {served.web}",
        "",
        "  login     password               role        phone",
    ]
    lines += [
        f"  {person.login:<9} {person.password:<22} {person.role:<11} {person.extension}"
        for person in seeded.people
    ]
    lines += [
        "",
        "  Log in as anna: her phone rings within five seconds.",
        "  The company, its clients and its calls are made up; Ctrl-C leaves nothing behind.",
        "",
    ]
    print("\n".join(lines), flush=True)
