"""The result of a call as far as its records tell it."""

from collections.abc import Sequence

from crm_core.kernel.call_facts import CallResult, LegOutcome
from telephony.call_records.attempts import Attempt, has_timed_out
from telephony.call_records.record import CallRecord

_REFUSALS = (
    (LegOutcome.NO_ANSWER, CallResult.NO_ANSWER),
    (LegOutcome.DECLINED, CallResult.DECLINED),
    (LegOutcome.BUSY, CallResult.BUSY),
    (LegOutcome.FAILED, CallResult.FAILED),
)
_UNHEARD = {
    "BUSY": CallResult.BUSY,
    "FAILED": CallResult.FAILED,
    "CONGESTION": CallResult.FAILED,
}
_MAIL = "VoiceMail"


def caller_result(attempts: Sequence[Attempt], front: Sequence[CallRecord]) -> CallResult:
    """Of a call from outside: its rows end where the caller hung up, or was sent away."""
    if any(attempt.answered_at for attempt in attempts):
        return CallResult.ANSWERED
    if any(row.application == _MAIL for row in front):
        return CallResult.VOICEMAIL
    last = front[-1]
    if last.application == "Queue":
        stay = [row for row in front if row.arguments == last.arguments]
        waited = max(row.ended_at for row in stay) - stay[0].started_at
        timed_out = has_timed_out(last, waited)
        return CallResult.NO_ANSWER if timed_out else CallResult.ABANDONED
    outcomes = {attempt.outcome for attempt in attempts}
    if LegOutcome.CANCELLED in outcomes:
        return CallResult.ABANDONED
    if not outcomes and any(row.application == "Queue" for row in front):
        return CallResult.NO_ANSWER
    if not outcomes:
        return _UNHEARD.get(last.disposition, CallResult.ABANDONED)
    return _first_refusal(outcomes)


def called_result(attempts: Sequence[Attempt], front: Sequence[CallRecord]) -> CallResult:
    """Of a call of ours: the word is that of the called side."""
    if any(attempt.answered_at for attempt in attempts):
        return CallResult.ANSWERED
    if any(row.application == _MAIL for row in front):
        return CallResult.VOICEMAIL
    if not attempts or attempts[-1].outcome is LegOutcome.CANCELLED:
        return CallResult.ABANDONED
    return _first_refusal({attempt.outcome for attempt in attempts})


def _first_refusal(outcomes: set[LegOutcome]) -> CallResult:
    found = (result for outcome, result in _REFUSALS if outcome in outcomes)
    return next(found, CallResult.ABANDONED)
