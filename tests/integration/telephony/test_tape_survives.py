"""A tape and the worst that can happen to the process that writes it."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

from telephony.tape import Tape
from tests.unit.telephony.tapes import numbers_in, write

WRITER = "tests.integration.telephony.write_until_killed"


async def test_a_writer_killed_without_warning_loses_nothing(tmp_path: Path) -> None:
    printed: list[int] = []
    for kill in range(10):
        writer = await asyncio.create_subprocess_exec(
            sys.executable, "-m", WRITER, str(tmp_path), str(len(printed)), stdout=PIPE
        )
        assert writer.stdout
        printed += [
            int((await writer.stdout.readline()).split()[0]) for _line in range(20 + 37 * kill)
        ]
        writer.kill()
        rest, _errors = await writer.communicate()
        printed += [int(line.split()[0]) for line in rest.splitlines() if line.endswith(b"written")]

        tape = Tape(tmp_path)
        tape.open()
        found = numbers_in(tmp_path)
        # the last record may have been written without having been printed
        assert found in (printed, [*printed, len(printed)])
        printed = found
        tape.close()


async def test_a_disk_that_takes_no_more_leaves_whole_records_only(tmp_path: Path) -> None:
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", WRITER, str(tmp_path), "0", "30011", stdout=PIPE, stderr=DEVNULL
    )
    output, _errors = await writer.communicate()
    written = [int(line.split()[0]) for line in output.splitlines() if line.endswith(b"written")]

    assert writer.returncode == 0
    assert output.splitlines()[-1] == b"%d waiting" % len(written)
    assert numbers_in(tmp_path) == written

    tape = Tape(tmp_path)
    tape.open()
    write(tape, len(written))
    tape.close()
    assert numbers_in(tmp_path) == [*written, len(written)]
