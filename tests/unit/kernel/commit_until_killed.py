"""A program that commits rows one by one and says the name of each only after its commit."""

import asyncio
import itertools
import sys
import uuid

from crm_core.access.tables import Team
from crm_core.kernel.database import Database


async def main(url: str, prefix: str) -> None:
    database = Database.connect(url)
    for number in itertools.count():
        name = f"{prefix} {number}"
        async with database.write() as unit:
            unit.session.add(Team(id=uuid.uuid4(), name=name))
            unit.tell("team.created", uuid.uuid4(), {"name": name})
        print(name, flush=True)  # noqa: T201  # the acknowledgement that must hold


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
