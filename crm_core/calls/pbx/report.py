"""What is found out about a PBX when somebody tries a link: step by step, each with a stable code.

Texts for people are made of the codes where people read them: on the screen and by the doctor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from crm_core.calls.pbx.settings import PbxSettings

Verdict = Literal["ok", "warning", "failed"]
StepName = Literal["connect", "login", "rights", "events", "endpoints"]
StepCode = Literal[
    "reached",
    "host_unknown",
    "connection_refused",
    "unreachable",
    "no_answer",
    "not_asterisk",
    "let_in",
    "login_refused",
    "login_unanswered",
    "rights_enough",
    "rights_missing",
    "rights_excessive",
    "rights_none",
    "events_arrive",
    "events_missing",
    "endpoints_found",
    "endpoints_none_ours",
    "endpoints_hidden",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStep:
    """One thing that was tried. `values`: the rights, or the endpoints of ours, that are meant."""

    step: StepName
    verdict: Verdict
    code: StepCode
    seconds: float
    text: str = ""
    """What the PBX or the system said, for people."""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A phone or a line that the PBX knows. `extension` is set for one of ours."""

    name: str
    technology: str
    extension: str | None
    title: str
    is_registered: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxReport:
    """All that was tried, as far as one got."""

    steps: tuple[ReportStep, ...]
    endpoints: tuple[Endpoint, ...] = ()
    version: str | None = None
    """Asterisk's own, where we may know it."""
    ami_version: str | None = None
    seconds: float = 0.0

    @property
    def is_well(self) -> bool:
        """Whether a link with these settings would work."""
        return all(step.verdict != "failed" for step in self.steps)


class PbxProbe(Protocol):
    """Tries a PBX over a connection of its own; a link that runs notices nothing."""

    async def examine(self, settings: PbxSettings) -> PbxReport:
        """Connect, log in, look round. Never raises: what goes wrong is a step that failed."""

    async def endpoints(self, settings: PbxSettings) -> Sequence[Endpoint]:
        """The endpoints of the PBX, ours first; raises `PbxUnreachable` or `PbxRefused`."""
