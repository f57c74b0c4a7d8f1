"""Entry point of `allo`: whoever interrupts it before it has begun sees no traceback.

Little is imported here, so that hardly any time is left in which Python itself would answer.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

INTERRUPTED = 130  # what shells say of a program that Ctrl-C has ended


def main() -> None:
    """Carry out the command that was given."""
    with quiet_interrupts():
        from config import cli
    try:
        status = cli.run()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing is left to be stopped
    sys.exit(status)


@contextmanager
def quiet_interrupts() -> Iterator[None]:
    """While modules are read: nothing is open yet, and an exception could come up anywhere."""
    before = signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(INTERRUPTED))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
