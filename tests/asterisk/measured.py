"""What the real parts took, told at the end of a run: for people, never asserted tightly."""

from collections.abc import Callable

import pytest

Measured = Callable[[str, float], None]

_SECONDS: dict[str, list[float]] = {}


@pytest.fixture
def measured() -> Measured:
    """Write down that something took so many seconds."""
    return lambda what, seconds: _SECONDS.setdefault(what, []).append(seconds)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the measurements once, whichever folder's conftest brought us here."""
    for what, seconds in _SECONDS.items():
        told = ", ".join(f"{one * 1000:.0f} ms" for one in sorted(seconds))
        terminalreporter.write_line(f"measured: {what}: {told}")
    _SECONDS.clear()
