"""What came of a leg, a queue visit and a call: pure functions of the evidence.

Asterisk has no word for it. DialStatus NOANSWER stands for a time-out, a refusal (603) and a
wrong number (404) alike, and hang-up causes differ with who hung up first. So each try (one
channel that was dialled) is judged by all that is known of it, first match wins:

| a try is …           | when                                                                     |
| -------------------- | ------------------------------------------------------------------------ |
| answered             | DialEnd ANSWER for it, or it stood in a bridge                           |
| answered_elsewhere   | it was picked up by another phone, or hung up with cause 26              |
|                      | or sent the caller on (302) to somebody who answered                     |
| declined             | it sent the caller on and nobody answered                                |
| cancelled            | it refused in the same moment as the caller hung up: nobody decided      |
| busy                 | DialStatus BUSY, cause 17, SIP 486 or 600                                |
| declined             | SIP 603, or cause 21 without another SIP code; a phone of ours that      |
|                      | says 480 without having rung (do not disturb)                            |
| failed               | DialStatus CHANUNAVAIL or CONGESTION; SIP 404, 410, 604, 5xx or causes   |
|                      | 1, 2, 3, 20, 22, 27, 28 …; a phone of ours that never rang and timed out |
| no_answer            | DialStatus NOANSWER, or AgentRingNoAnswer: the PBX gave up               |
| no_answer            | CANCEL, and it was a consultation that the PBX gave up                   |
| answered_elsewhere   | CANCEL, while another phone of this call had gone up                     |
| no_answer            | gone without a word, and it rang for its own click-to-call               |
| cancelled            | CANCEL otherwise, or gone without a word: the caller gave up             |

Several devices are one leg: answered if one did; else the most patient of their outcomes
(no_answer, answered_elsewhere, cancelled, declined, busy, failed).

| an inbound call is … | when                                                                     |
| -------------------- | ------------------------------------------------------------------------ |
| answered             | one of ours, or an outside number rung for the caller, met the caller    |
| voicemail            | a message was left                                                       |
| abandoned            | the caller's own end asked to hang up, or every dial was cancelled       |
| no_answer            | a queue timed out; or some leg was no_answer                             |
| declined/busy/failed | else the first of these that a leg has                                   |
| no_answer            | nothing rang, but the PBX had picked up (an announcement ran to its end) |
| failed               | nothing rang and nothing was played                                      |

Outbound and internal calls use the same words for the called side; there *abandoned* is only
when the one who dialled hung up while it still rang.
"""

from datetime import datetime

from crm_core.kernel.call_facts import CallResult, Direction, LegOutcome, QueueOutcome
from telephony.tracker.model import (
    MOMENT,
    CallState,
    Channel,
    LegState,
    VisitState,
    caller_of,
)
from telephony.tracker.names import Kind

_BUSY_CODES = frozenset((486, 600))
_SAID_AS_BUSY = {19: LegOutcome.NO_ANSWER, 21: LegOutcome.DECLINED}  # chan_sip's only word for it
_FAILED_CODES = frozenset((401, 403, 404, 407, 410, 484, 485, 488, 501, 502, 503, 504, 604, 606))
_FAILED_CAUSES = frozenset((1, 2, 3, 5, 6, 8, 20, 22, 27, 28, 29, 34, 38, 41, 42, 44, 50, 57, 58))
_FAILED_STATUSES = frozenset(("CHANUNAVAIL", "CONGESTION", "INVALIDARGS", "FORBIDDEN"))
_PATIENCE = (
    LegOutcome.ANSWERED,
    LegOutcome.NO_ANSWER,
    LegOutcome.ANSWERED_ELSEWHERE,
    LegOutcome.CANCELLED,
    LegOutcome.DECLINED,
    LegOutcome.BUSY,
    LegOutcome.FAILED,
)
_REFUSALS = (
    (LegOutcome.NO_ANSWER, CallResult.NO_ANSWER),
    (LegOutcome.DECLINED, CallResult.DECLINED),
    (LegOutcome.BUSY, CallResult.BUSY),
    (LegOutcome.FAILED, CallResult.FAILED),
)
_TONES = frozenset(("Busy", "Congestion", "PlayTones", "Playtones", "Hangup"))


def try_outcome(channel: Channel, call: CallState) -> LegOutcome:
    """What came of dialling one channel; asked once it is closed or gone."""
    if channel.answered_at is not None or channel.dial_status == "ANSWER":
        return LegOutcome.ANSWERED
    if channel.was_picked_up or channel.cause == 26:
        return LegOutcome.ANSWERED_ELSEWHERE
    if channel.was_forwarded:
        return LegOutcome.ANSWERED_ELSEWHERE if _was_taken(call) else LegOutcome.DECLINED
    refusal = _refusal(channel)
    if refusal in (LegOutcome.BUSY, LegOutcome.DECLINED) and gave_up(channel, call):
        return LegOutcome.CANCELLED
    if refusal is not None:
        return refusal
    if channel.dial_status == "NOANSWER" or channel.ring_timed_out:
        is_silent_phone = channel.rang_at is None and channel.kind is Kind.OURS
        return LegOutcome.FAILED if is_silent_phone else LegOutcome.NO_ANSWER
    if _was_asked(channel, call):
        return LegOutcome.NO_ANSWER
    if winner(channel, call) is not None:
        return LegOutcome.ANSWERED_ELSEWHERE
    if channel.leg is not None and channel.leg.is_own_click:
        return LegOutcome.NO_ANSWER  # nobody waited who could have given up
    return LegOutcome.CANCELLED


def _refusal(channel: Channel) -> LegOutcome | None:
    """How the phone itself, or the way to it, said no; None if it did not."""
    code, cause, status = channel.tech_cause, channel.cause, channel.dial_status
    if status == "BUSY" and not code and cause in _SAID_AS_BUSY:
        return _SAID_AS_BUSY[cause]
    if status == "BUSY" or code in _BUSY_CODES or (cause == 17 and not code):
        return LegOutcome.BUSY
    if status == "CANCEL" and channel.hangup_asked_at is None:
        return None  # the PBX withdrew the call: the cause is only an echo of that
    if code == 603 or (cause == 21 and not code):
        return LegOutcome.DECLINED
    if code == 480 and channel.rang_at is None and channel.kind is Kind.OURS:
        return LegOutcome.DECLINED
    if status in _FAILED_STATUSES or code in _FAILED_CODES:
        return LegOutcome.FAILED
    if cause in _FAILED_CAUSES and (channel.rang_at is None or cause in (1, 3)):
        return LegOutcome.FAILED
    return None


def _was_taken(call: CallState) -> bool:
    return any(leg.met_at is not None for leg in call.legs)


def _was_asked(channel: Channel, call: CallState) -> bool:
    """Whether a colleague was consulted by feature code and the PBX stopped ringing him.

    Asterisk withdraws such a call as if the caller had given up; who asked is still there.
    """
    if channel.parent is None or call.front is None or call.front.kind is Kind.LOCAL:
        return False
    return caller_of(channel.parent).kind is Kind.LOCAL and not gave_up(channel, call)


def gave_up(channel: Channel, call: CallState) -> bool:
    """Whether the caller hung up before, or in the same moment as, this try was over."""
    front = call.front
    if front is channel:
        return False  # a phone that refuses its own click-to-call decides for itself
    asked_at = front.hangup_asked_at if front else None
    closed_at = channel.closed_at or channel.gone_at
    return asked_at is not None and (closed_at is None or asked_at <= closed_at + MOMENT)


def winner(channel: Channel, call: CallState) -> LegState | None:
    """The leg that had gone up when this try was withdrawn."""
    closed_at = channel.closed_at or channel.gone_at
    for leg in call.legs:
        if leg is channel.leg or leg.is_placer:
            continue
        for other in leg.tries:
            up_at, turn = other.answered_at or other.up_at, other.up_turn
            if up_at is None or turn is None or turn < channel.seen_turn:
                continue  # whoever talked before this phone was tried took nothing from it
            if channel.closed_turn is not None and turn > channel.closed_turn:
                continue  # nor did who answered when it was over
            if closed_at is None or abs(closed_at - up_at) <= 4 * MOMENT:
                return leg
    return None


def leg_outcome(leg: LegState, call: CallState) -> LegOutcome | None:
    """What came of a leg; None while it is being tried."""
    if leg.answered_at is not None:
        return LegOutcome.ANSWERED
    if leg.is_unreachable and not leg.tries:
        return LegOutcome.FAILED
    if leg.is_placer:
        return _placer_outcome(leg, call)
    if leg.ended_at is None:
        return None
    outcomes = {try_outcome(channel, call) for channel in leg.tries}
    return next((outcome for outcome in _PATIENCE if outcome in outcomes), LegOutcome.CANCELLED)


def _placer_outcome(leg: LegState, call: CallState) -> LegOutcome | None:
    """One who dialled and reached nobody shares the fate of his call."""
    if leg.ended_at is None and call.ended_at is None:
        return None
    result = call_result(call)
    if result in (CallResult.ABANDONED, CallResult.VOICEMAIL, CallResult.ANSWERED):
        return LegOutcome.CANCELLED
    return LegOutcome(result.value)


def visit_outcome(visit: VisitState, call: CallState) -> QueueOutcome | None:
    """How the caller left a queue; None while he waits."""
    if visit.answered_at is not None:
        return QueueOutcome.ANSWERED
    if visit.left_at is None:
        return None
    if visit.is_transferred:
        return QueueOutcome.TRANSFERRED
    # to voicemail, or to the next queue
    has_gone_on = call.message_left_at is not None or visit is not call.visits[-1]
    if not has_gone_on and _left_by_himself(visit.channel, visit.left_at):
        return QueueOutcome.ABANDONED
    return QueueOutcome.TIMEOUT


def _left_by_himself(channel: Channel, left_at: datetime) -> bool:
    if channel.hangup_asked_at is not None:
        return channel.hangup_asked_at <= left_at + MOMENT
    partner = channel.partner
    if partner is not None and partner.hangup_asked_at is not None:
        return partner.hangup_asked_at <= left_at + MOMENT
    return False


def call_result(call: CallState) -> CallResult:
    """The technical outcome of a call that is over."""
    if call.forced_result is not None:
        return call.forced_result
    if any(leg.met_at for leg in call.legs):
        return CallResult.ANSWERED
    if call.message_left_at is not None:
        return CallResult.VOICEMAIL
    tries = _called_side(call)
    outcomes = [try_outcome(channel, call) for channel in tries]
    if call.direction is Direction.INBOUND or call.visits:
        if _hung_up_first(call) and not (_heard_a_tone(call) and _were_refused(outcomes)):
            return CallResult.ABANDONED
        if any(visit_outcome(visit, call) is QueueOutcome.TIMEOUT for visit in call.visits):
            return CallResult.NO_ANSWER
    elif LegOutcome.CANCELLED in outcomes[-1:] or (not outcomes and _hung_up_first(call)):
        return CallResult.ABANDONED
    for outcome, result in _REFUSALS:
        if outcome in outcomes:
            return result
    if LegOutcome.ANSWERED in outcomes and not _hung_up_first(call):
        return CallResult.NO_ANSWER  # picked up, and did not want to be put through
    if outcomes and not call.was_lost:
        return CallResult.ABANDONED
    if call.front is not None and call.front.up_at is not None:
        return CallResult.NO_ANSWER
    return CallResult.NO_ANSWER if call.was_lost else CallResult.FAILED


def _called_side(call: CallState) -> list[Channel]:
    """Every channel that was tried for the caller, in order."""
    far = call.far if call.direction is Direction.OUTBOUND else []
    legs = [leg for leg in call.legs if not leg.is_placer and not (far and leg.is_own_click)]
    return far + [channel for leg in legs for channel in leg.tries]


def _hung_up_first(call: CallState) -> bool:
    front = call.front
    if front is None:
        return False
    ends = [front] if front.partner is None else [front, front.partner]
    return any(end.hangup_asked_at is not None for end in ends)


def _heard_a_tone(call: CallState) -> bool:
    return call.front is not None and call.front.application in _TONES


def _were_refused(outcomes: list[LegOutcome]) -> bool:
    return bool(outcomes) and not any(
        outcome in (LegOutcome.CANCELLED, LegOutcome.NO_ANSWER) for outcome in outcomes
    )
