"""A process that writes a tape for ever and prints the number of each record once it is written.

    python -m tests.integration.telephony.write_until_killed DIRECTORY FIRST [FILE_BYTES]

With FILE_BYTES the system refuses to let a file grow beyond: a disk that is full for real.
"""

import resource
import sys
from pathlib import Path

from telephony.tape import Tape, TapeLimits
from tests.unit.telephony.tapes import write


def main(directory: str, first: str, file_bytes: str = "") -> None:
    """Write until killed, or until the disk takes no more."""
    if file_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(file_bytes), int(file_bytes)))
    tape = Tape(Path(directory), limits=TapeLimits(segment_bytes=1 << 16, reserve_bytes=0))
    tape.open()
    number = int(first)
    while tape.is_healthy:
        if tape.is_full:
            tape.rotate()
        write(tape, number)
        print(number, "written" if tape.is_healthy else "waiting", flush=True)  # noqa: T201
        number += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
