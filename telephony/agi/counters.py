"""What became of the questions of the PBXes since the start."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from crm_core.kernel.figures import Figure, Spread

SECONDS = (0.001, 0.005, 0.02, 0.05, 0.1, 0.15, 0.5, 2.0)


@dataclass(slots=True)
class AgiCounters:
    """All are totals that only grow."""

    requests: int = 0
    timeouts: int = 0  # looked up for too long: the dialplan went its default way
    failures: int = 0  # a fault of ours, or a question nobody understands
    rubbish: int = 0  # connections that did not speak as a PBX does, or not in time
    refused: int = 0  # of strangers, and beyond what is held at once
    cut_off: int = 0  # the channel hung up before it was told everything
    seconds: Spread = field(default_factory=lambda: Spread(SECONDS))

    def figures(self) -> Sequence[Figure]:
        """As the metrics page has them."""
        counted = (
            ("requests", "Questions of the dialplan.", self.requests),
            ("timeouts", "Questions that took too long to answer.", self.timeouts),
            ("failures", "Questions that failed or were not understood.", self.failures),
            ("rubbish", "Connections that did not speak as a PBX does.", self.rubbish),
            ("refused", "Connections of strangers, or too many at once.", self.refused),
            ("cut_off", "Channels that went before they were told all.", self.cut_off),
        )
        told = [Figure(f"allo_agi_{name}", text, value) for name, text, value in counted]
        return [
            *told,
            Figure("allo_agi_seconds", "From a question read to its answer told.", self.seconds),
        ]
