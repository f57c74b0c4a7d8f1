"""Tries a PBX: can it be reached, are we let in, may we do enough and not more, whom does it know.

The `PbxProbe` of the core, for the settings page, the first-run wizard and the doctor.
"""

import time
from collections.abc import Sequence

from crm_core.calls.control import PbxRefused, PbxUnreachable
from crm_core.calls.pbx.report import (
    Endpoint,
    PbxReport,
    ReportStep,
    StepCode,
    StepName,
    Verdict,
)
from crm_core.calls.pbx.settings import PbxSettings
from telephony.ami_conversation import (
    EVENT_SECONDS,
    Conversation,
    NotReached,
    Silent,
    conversation,
)
from telephony.endpoints import list_endpoints

# An action that only a user with this class of rights finds in the list of what it may ask.
SIGNS_OF = {
    "originate": "originate",
    "redirect": "call",
    "queuepause": "agent",
    "command": "command",
    "updateconfig": "config",
    "modulecheck": "system",
    "dbput": "system",
    "userevent": "user",
}
NEEDED = ("originate", "call", "agent")
RISKY = ("command", "config", "system")


class Probe:
    """Connects anew for each question and keeps nothing."""

    async def examine(self, settings: PbxSettings) -> PbxReport:
        """Every step as far as one gets."""
        visit = _Visit(settings)
        try:
            async with conversation(settings) as talk:
                await visit.look_round(talk)
        except NotReached as error:
            visit.note("connect", "failed", error.code, text=str(error))  # type: ignore[arg-type]
        except Silent:
            if visit.has_reached:
                visit.note("login", "failed", "login_unanswered")
            else:
                visit.note("connect", "failed", "not_asterisk")
        return visit.report()

    async def endpoints(self, settings: PbxSettings) -> Sequence[Endpoint]:
        """Whom the PBX knows."""
        try:
            async with conversation(settings) as talk:
                answer = await talk.log_in(settings, events=False)
                if answer.get("Response") != "Success":
                    raise PbxRefused(f"the PBX refused the login: {answer.get('Message', '')}")
                found = await list_endpoints(talk, settings)
        except NotReached as error:
            raise PbxUnreachable(f"the PBX cannot be reached: {error}") from None
        except Silent:
            raise PbxUnreachable("the PBX did not answer") from None
        if found is None:
            raise PbxRefused("the user may not ask for the PBX's endpoints")
        return found


class _Visit:
    """One look at one PBX, and what was found so far."""

    def __init__(self, settings: PbxSettings) -> None:
        self._settings = settings
        self._steps: list[ReportStep] = []
        self._endpoints: tuple[Endpoint, ...] = ()
        self._version: str | None = None
        self._ami_version: str | None = None
        self._began = self._step_began = time.monotonic()

    @property
    def has_reached(self) -> bool:
        return bool(self._steps)

    def note(
        self,
        step: StepName,
        verdict: Verdict,
        code: StepCode,
        *,
        text: str = "",
        values: tuple[str, ...] = (),
    ) -> None:
        """Keep what came of a step, with the time it took."""
        text = text.replace(self._settings.secret.get_secret_value(), "…")  # whoever repeats it
        now = time.monotonic()
        seconds, self._step_began = now - self._step_began, now
        self._steps.append(
            ReportStep(
                step=step, verdict=verdict, code=code, seconds=seconds, text=text, values=values
            )
        )

    def report(self) -> PbxReport:
        return PbxReport(
            steps=tuple(self._steps),
            endpoints=self._endpoints,
            version=self._version,
            ami_version=self._ami_version,
            seconds=time.monotonic() - self._began,
        )

    async def look_round(self, talk: Conversation) -> None:
        """All steps behind the greeting."""
        self._ami_version = talk.ami_version
        self.note("connect", "ok", "reached")
        answer = await talk.log_in(self._settings, events=True)
        if answer.get("Response") != "Success":
            self.note("login", "failed", "login_refused", text=answer.get("Message", "")[:200])
            return
        self.note("login", "ok", "let_in")
        try:
            await self._rights(talk)
            await self._events(talk)
            await self._look_at_endpoints(talk)
            told = await talk.ask({"Action": "CoreSettings"})
            self._version = told.get("AsteriskVersion") or None
        except Silent:
            self.note("rights", "failed", "no_answer")

    async def _rights(self, talk: Conversation) -> None:
        answer = await talk.ask({"Action": "ListCommands"})
        may_ask = {key.lower() for key in answer}
        held = {right for action, right in SIGNS_OF.items() if action in may_ask}
        if answer.get("Response") != "Success" or not held:
            self.note("rights", "warning", "rights_none", values=NEEDED)
            return
        missing = tuple(right for right in NEEDED if right not in held)
        excessive = tuple(right for right in RISKY if right in held)
        if missing:
            self.note("rights", "warning", "rights_missing", values=missing)
        if excessive:
            self.note("rights", "warning", "rights_excessive", values=excessive)
        if not missing and not excessive:
            self.note("rights", "ok", "rights_enough")

    async def _events(self, talk: Conversation) -> None:
        """FullyBooted follows every login of a user that may read system events."""
        try:
            while not talk.has_heard_event:
                await talk.next_message(EVENT_SECONDS)
        except Silent:
            self.note("events", "failed", "events_missing")
        else:
            self.note("events", "ok", "events_arrive")

    async def _look_at_endpoints(self, talk: Conversation) -> None:
        found = await list_endpoints(talk, self._settings)
        if found is None:
            self.note("endpoints", "warning", "endpoints_hidden")
            return
        self._endpoints = tuple(found)
        ours = tuple(one.name for one in found if one.extension)
        code: StepCode = "endpoints_found" if ours else "endpoints_none_ours"
        self.note("endpoints", "ok" if ours else "warning", code, values=ours)
