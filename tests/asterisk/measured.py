"""What the real parts took, told at the end of a run: for people, never asserted tightly."""

from collections import defaultdict
from collections.abc import Callable

import pytest

Measured = Callable[[str, float], None]

MEASURED = "measured"
IS_TOLD = pytest.StashKey[bool]()


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Measured:
    """Write down that something took so many seconds."""

    def write_down(what: str, seconds: float) -> None:
        # With the test's report it also comes home from a worker's process.
        request.node.user_properties.append((MEASURED, [what, seconds]))

    return write_down


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the measurements once, whichever folder's conftest brought us here."""
    if terminalreporter.config.stash.get(IS_TOLD, False):
        return
    terminalreporter.config.stash[IS_TOLD] = True
    seconds = defaultdict(list)
    for kind in ("passed", "failed"):
        for report in terminalreporter.stats.get(kind, ()):
            for name, value in report.user_properties:
                if name == MEASURED and report.when == "call":
                    seconds[value[0]].append(value[1])
    for what, each in seconds.items():
        told = ", ".join(f"{one * 1000:.0f} ms" for one in sorted(each))
        terminalreporter.write_line(f"measured: {what}: {told}")
