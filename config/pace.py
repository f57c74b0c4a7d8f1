"""What the interpreter is told so that a ringing phone does not wait for its housekeeping."""

import gc
import sys

SWITCH_SECONDS = 0.0005  # so long the loop waits at most for a thread that is busy writing
YOUNG_OBJECTS = 20_000  # garbage is looked for after so many new objects: some twenty calls


def keep_the_loop_free() -> None:
    """Call when everything is started: what lives now lives to the end, and is never looked at."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
