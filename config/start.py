"""Entry point of `allo`: whoever interrupts it before it has begun sees no traceback.

Little is imported here, so that hardly any time is left in which Python itself would answer.
"""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

INTERRUPTED = 130  # what shells say of a program that Ctrl-C has ended
READ_OBJECTS = 50_000  # modules make many objects and no garbage: one is looked for seldom


def main() -> None:
    """Carry out the command that was given."""
    gc.set_threshold(READ_OBJECTS, 20, 20)
    try:
        with quiet_interrupts():
            from config import cli
        status = cli.run()
    except KeyboardInterrupt:  # before the command had begun: its words were still being read
        status = INTERRUPTED
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing is left to be stopped
    sys.exit(status)


@contextmanager
def quiet_interrupts() -> Iterator[None]:
    """End at once as long as nobody listens for signals: nothing is open yet that must be closed.

    An exception could come up anywhere, even where Python swallows it, such as in a callback of its
    own; then nobody would stop.
    """
    before = signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(INTERRUPTED))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
