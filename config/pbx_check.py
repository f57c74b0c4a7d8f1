"""What the doctor says of a PBX: the probe's findings in words, each with what to do about it."""

from typing import Literal

from crm_core.calls.pbx.report import ReportStep, StepCode
from crm_core.calls.pbx.settings import PbxSettings
from telephony.pbx_probe import NEEDED, Probe

Told = tuple[Literal["ok", "warning", "failed"], str, str]  # verdict, text, advice

RISKS = {
    "command": "can run any command of Asterisk's console",
    "config": "can rewrite Asterisk's configuration",
    "system": "can restart Asterisk and write its database",
}
ENOUGH = ",".join(NEEDED)
WORDS: dict[StepCode, tuple[str, str]] = {
    "reached": ("{at} answers as Asterisk", ""),
    "host_unknown": ("{at} cannot be reached: {text}", "is the name of the host right?"),
    "not_asterisk": (
        "{at} does not speak as Asterisk does",
        "is this AMI's port (5038 unless changed), and does manager.conf permit us?",
    ),
    "let_in": ("{user} is let in", ""),
    "login_refused": (
        "{user} is refused: {text}",
        "compare user name and secret with manager.conf, then `manager reload`; check `permit`",
    ),
    "login_unanswered": (
        "{at} does not speak as Asterisk does: the login got no answer",
        "is this AMI's port (5038 unless changed), and does manager.conf permit us?",
    ),
    "no_answer": ("{at} stopped answering", "is the PBX overloaded? try again"),
    "rights_none": (
        "the user may ask nothing of the PBX",
        f"give the user `write = {ENOUGH}` in manager.conf",
    ),
    "rights_missing": ("rights are missing: {values}", "add to `write` in manager.conf: {list}"),
    "rights_enough": ("the rights are enough and not too many", ""),
    "events_missing": (
        "no events arrive: the user may read nothing",
        "give the user `read = system,call,agent,user,cdr` in manager.conf",
    ),
    "events_arrive": ("events arrive", ""),
    "endpoints_found": ("{count} of our phones are known to it", ""),
    "endpoints_none_ours": (
        "none of its endpoints looks like one of our phones",
        "does `extension_pattern` match the names of the endpoints as a whole?",
    ),
    "endpoints_hidden": (
        "the user may not ask for the endpoints",
        f"give the user `write = {ENOUGH}` in manager.conf",
    ),
}
AWAY = (
    "{at} cannot be reached: {text}",
    "is Asterisk running, and does manager.conf bind to an address we can reach?",
)


async def check_pbx(pbx: PbxSettings) -> list[Told]:
    """Every step as far as one gets: reached, logged in, rights, events, endpoints."""
    report = await Probe().examine(pbx)
    return [told for step in report.steps for told in _in_words(step, pbx)]


def _in_words(step: ReportStep, pbx: PbxSettings) -> list[Told]:
    if step.code == "rights_excessive":
        return [_risk(right) for right in step.values]
    is_away = step.step == "connect" and step.code not in ("reached", "not_asterisk")
    text, advice = WORDS.get(step.code, AWAY) if not is_away else AWAY
    facts = {
        "at": f"{pbx.host}:{pbx.port}",
        "user": pbx.username,
        "text": step.text,
        "values": ", ".join(step.values),
        "list": ",".join(step.values),
        "count": len(step.values),
    }
    return [(step.verdict, text.format(**facts), advice.format(**facts))]


def _risk(right: str) -> Told:
    advice = f"take `{right}` out of `write` in manager.conf; {ENOUGH} is enough"
    return "warning", f"more rights than needed: whoever has this secret {RISKS[right]}", advice
