"""How long a test waits for what must come.

No measure of speed, which is measured elsewhere: long enough for a machine that does three other
things at once, and short enough to end before the test's own time is out.
"""

import pytest

PATIENCE_SECONDS = 30.0


def wait_for_look_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a card wait for what is looked up, as long as it takes."""
    for patience in ("card_finder.PATIENCE_SECONDS", "screen_pop.SAID_SECONDS"):
        monkeypatch.setattr(f"crm_core.calls.{patience}", PATIENCE_SECONDS)
