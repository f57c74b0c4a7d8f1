"""Record what a real Asterisk says while a story is played.

`python -m tests.asterisk.record NAME…` writes NAME.ami (for each read of the
socket a line `@ seconds bytes`, then these bytes) and NAME.json (the truth as the phones saw it).
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.asterisk import (
    consulting_scenarios,
    desk_scenarios,
    inbound_scenarios,
    other_scenarios,
    passing_scenarios,
    transfer_scenarios,
    waiting_scenarios,
)
from tests.asterisk.ami import Ami, ami, parse
from tests.asterisk.office import Office
from tests.asterisk.pbx import Pbx
from tests.asterisk.scenarios import SCENARIOS, Scenario
from tests.asterisk.sip_call import SipCall

STORIES = (  # importing them fills SCENARIOS
    consulting_scenarios,
    desk_scenarios,
    inbound_scenarios,
    other_scenarios,
    passing_scenarios,
    transfer_scenarios,
    waiting_scenarios,
)
SPOOL = "/var/spool/asterisk"
QUIET_SECONDS = 0.7


async def record(pbx: Pbx, scenario: Scenario, user: str, folder: Path) -> None:
    """Play one scenario and write its two files."""
    loop = asyncio.get_running_loop()
    async with Office(pbx) as office, ami(pbx.ami_port, user) as link:
        await _quiet(link)
        before = len(link.reads)
        started, began_at = datetime.now(UTC), loop.time()
        truth = await scenario.play(office)
        await _quiet(link)
        reads = [(at - began_at, _anonymous(said, pbx)) for at, said in link.reads[before:]]
        calls = [call for phone in [office.trunk, *office.phones] for call in phone.calls]
        heard = [_phone(call, began_at) for call in sorted(calls, key=lambda call: call.invited_at)]
    stream = b"".join(said for _, said in reads)
    if str(pbx.directory).encode() in stream:
        raise AssertionError("a path was cut by the border of a read: record it again")
    description = {
        "name": scenario.name,
        "title": scenario.title,
        "tags": list(scenario.tags),
        "truth": truth,
        "phones": heard,
        "started": started.isoformat(timespec="milliseconds"),
        "seconds": round(reads[-1][0], 3) if reads else 0.0,
        "spool": SPOOL,
        **_counts(stream),
    }
    with (folder / f"{scenario.name}.ami").open("wb") as file:
        for at, said in reads:
            file.write(f"@ {at:.6f} {len(said)}\n".encode() + said)
    text = json.dumps(description, ensure_ascii=False, indent=1)
    (folder / f"{scenario.name}.json").write_text(text + "\n", encoding="utf-8")


async def _quiet(link: Ami) -> None:
    """Wait until the PBX has had nothing to say for a while."""
    count = -1
    while count != len(link.reads):
        count = len(link.reads)
        await asyncio.sleep(QUIET_SECONDS)


def _anonymous(said: bytes, pbx: Pbx) -> bytes:
    return said.replace(str(pbx.spool).encode(), SPOOL.encode())


def _phone(call: SipCall, began_at: float) -> dict[str, Any]:
    """One leg as the phone saw it."""
    moments = {
        "invite": call.invited_at,
        "ringing": call.ringing_at,
        "up": call.up_at,
        "over": call.over_at,
    }
    return {
        "phone": call.phone.user,
        "leg": "terminating" if call.is_incoming else "originating",
        "number": call.number,
        "from_header": call.invite["From"].partition(";tag=")[0],
        **{name: round(at - began_at, 3) for name, at in moments.items() if at is not None},
        "end": call.end,
        "rtp_in": call.rtp.packets_heard,
    }


def _counts(stream: bytes) -> dict[str, Any]:
    messages = [parse(block) for block in stream.split(b"\r\n\r\n")]
    names = Counter(message["Event"] for message in messages if "Event" in message)
    linkedids = dict.fromkeys(m["Linkedid"] for m in messages if m.get("Linkedid"))
    return {
        "events": names.total(),
        "event_counts": dict(sorted(names.items())),
        "linkedids_seen": list(linkedids),
    }


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.asterisk.record", description=__doc__)
    asked.add_argument("names", nargs="*", metavar="NAME", help="scenarios; none means all")
    asked.add_argument("--list", action="store_true", help="print the scenarios and stop")
    asked.add_argument("--into", type=Path, default=Path("tests/fixtures/ami"), metavar="FOLDER")
    asked.add_argument("--user", default="all", help="AMI user: all sees all, allo what Allo sees")
    options = asked.parse_args()
    unknown = [name for name in options.names if name not in SCENARIOS]
    if unknown:
        asked.error(f"no such scenario: {', '.join(unknown)}")
    if options.list:
        for name, found in SCENARIOS.items():
            sys.stdout.write(f"{name:40} {found.title}\n")
        return 0
    options.into.mkdir(parents=True, exist_ok=True)
    pbx = Pbx()
    try:
        pbx.start()
        for name in options.names or SCENARIOS:
            asyncio.run(record(pbx, SCENARIOS[name], options.user, options.into))
            sys.stdout.write(f"{options.into / name}.ami\n")
    finally:
        pbx.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
