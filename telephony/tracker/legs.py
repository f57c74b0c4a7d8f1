"""Legs: one for each person that a call reaches or tries to reach, however many devices he has."""

from datetime import datetime

from telephony.tracker.model import CallState, Channel, LegState
from telephony.tracker.names import dialled_number
from telephony.tracker.switchboard import Switchboard

ATTEMPTS_LIMIT = 8
"""A queue may ring the same phone for an hour: later attempts are counted to the last leg."""


def leg_of_phone(board: Switchboard, channel: Channel) -> LegState:
    """The leg of one of our phones: the open one of its extension, else a new one."""
    if channel.leg is not None:
        return channel.leg
    call = channel.call
    same = [leg for leg in call.legs if leg.extension == channel.line.extension]
    leg = next((leg for leg in same if _takes(leg, channel)), None)
    if leg is None and len(same) >= ATTEMPTS_LIMIT:
        leg = same[-1]
        leg.ended_at, leg.is_announced = None, False
    if leg is None:
        leg = LegState(_key(call, channel.line.extension), channel.line.extension)
        call.legs.append(leg)
    if leg.is_stand_in:  # the phone behind the Local channel has come
        leg.is_stand_in = False
    leg.tries.append(channel)
    channel.leg = leg
    return leg


def _takes(leg: LegState, channel: Channel) -> bool:
    """Whether the channel is another device of this leg, or its owner's second line."""
    if leg.is_placer:
        return False
    if leg.is_unreachable and not leg.tries:
        return True
    if not channel.is_dialled:  # he dialled himself: pickup, or the second line of a consultation
        return leg.ended_at is None
    return leg.is_open


def outside_leg(board: Switchboard, channel: Channel) -> LegState:
    """The leg of an outside number that is rung for the caller."""
    if channel.leg is not None:
        return channel.leg
    call = channel.call
    number = dialled_number(channel.dial_string, channel.line.endpoint) or channel.line.endpoint
    leg = LegState(_key(call, number), None, raw_number=number)
    call.legs.append(leg)
    leg.tries.append(channel)
    channel.leg = leg
    return leg


def name_outside_leg(board: Switchboard, channel: Channel) -> None:
    """The number may be known only when the channel is dialled, a moment after it was made."""
    leg = channel.leg
    if leg is None or leg.raw_number is None or leg.raw_number != channel.line.endpoint:
        return
    number = dialled_number(channel.dial_string, channel.line.endpoint)
    if number is not None:
        leg.raw_number = number
        board.touch(channel.call)


def placer_leg(call: CallState, channel: Channel) -> LegState:
    """The leg of one of ours who dialled out himself."""
    leg = LegState(_key(call, channel.line.extension), channel.line.extension, is_placer=True)
    call.legs.append(leg)
    leg.tries.append(channel)
    channel.leg = leg
    return leg


def unreachable_leg(board: Switchboard, call: CallState, extension: str) -> None:
    """A phone of ours was dialled and could not be rung at all."""
    if any(leg.extension == extension for leg in call.legs):
        return
    leg = LegState(_key(call, extension), extension, is_unreachable=True)
    leg.ended_at = call.ended_at or board.now
    call.legs.append(leg)


def _key(call: CallState, who: str | None) -> str:
    same = sum(1 for leg in call.legs if (leg.extension or leg.raw_number) == who)
    return f"{who}.{same + 1}"


def stand_in_leg(board: Switchboard, channel: Channel) -> LegState | None:
    """The leg of a Local channel with no phone behind it, when it was dialled for one of ours."""
    if channel.leg is not None or not channel.line.extension:
        return channel.leg
    if not channel.is_dialled or channel.is_executing_half or channel.parent is None:
        return None
    behind = channel.partner
    if behind is not None and behind.children:
        return None
    leg = leg_of_phone(board, channel)
    leg.is_stand_in = True
    return leg


def rang(board: Switchboard, channel: Channel) -> None:
    """The far end of a channel rings."""
    if channel.rang_at is None:
        channel.rang_at = board.now
    leg = channel.leg
    if leg is None:
        return
    if leg.rang_at is None:
        leg.rang_at = board.now
        board.note(channel.call)
    if channel.closed_at is None:
        announce(board, leg, channel.call)


def announce(board: Switchboard, leg: LegState, call: CallState) -> None:
    """Tell that an extension rings, once, as soon as it is known what call rings there."""
    if leg.is_announced or leg.is_own_click or not leg.is_open or leg.rang_at is None:
        return
    if call.direction is None or leg.extension is None:
        return
    leg.is_announced = True
    board.tell_leg("ringing", leg, call)


def answered(board: Switchboard, channel: Channel) -> None:
    """The person at the far end of a channel answered."""
    if channel.answered_at is not None:
        return
    channel.answered_at = channel.up_at or board.now
    if channel.up_turn is None:
        channel.up_turn = board.position
    _close(board, channel, board.now)
    leg, call = channel.leg, channel.call
    if leg is None:
        board.note(call)
        return
    if leg.answered_at is None and not leg.is_placer:
        leg.answered_at = channel.answered_at
        leg.ended_at = channel.gone_at
        leg.is_announced = False
        leg.device = device_of(channel)
        if call.is_test_ring:
            leg.met_at, leg.met_turn = leg.answered_at, board.position
            board.touch(call)
    if (visit := call.open_visit) is not None and not leg.is_placer:
        visit.answered_at = visit.answered_at or channel.answered_at
    board.note(call)  # people see it when the two are connected, a moment later


def device_of(channel: Channel) -> str:
    """The endpoint, or the very contact where the dialplan dialled each contact."""
    tech = channel.line.name.partition("/")[0]
    if "/sip:" in channel.dial_string or "/sips:" in channel.dial_string:
        return f"{tech}/{channel.dial_string}"[:200]
    return channel.line.name[:200]


def _close(board: Switchboard, channel: Channel, at: datetime) -> None:
    if channel.closed_at is None:
        channel.closed_at, channel.closed_turn = at, board.position


def closed(board: Switchboard, channel: Channel) -> None:
    """The try of a channel is over without an answer."""
    _close(board, channel, board.now)
    leg = channel.leg
    if leg is not None:
        _perhaps_end(board, leg, channel.call, board.now)


def hung_up(channel: Channel, at: datetime) -> None:
    """A person put the receiver down; Asterisk may keep the channel for a transfer's sake."""
    leg = channel.leg
    if leg is None or leg.ended_at is not None or leg.answered_at is None:
        return
    if all(other.gone_at or other.hangup_asked_at for other in leg.tries):
        leg.ended_at = at


def left(board: Switchboard, channel: Channel, at: datetime) -> None:
    """A channel hung up: the leg ends with the last of its channels."""
    leg, call = channel.leg, channel.call
    _close(board, channel, at)
    if leg is None:
        return
    if leg.answered_at is None and not leg.is_placer:
        _perhaps_end(board, leg, call, at)
    elif leg.ended_at is None and all(other.gone_at for other in leg.tries):
        leg.ended_at = at
        is_over = any(far.hangup_asked_at or far.gone_at for far in call.far)
        (board.note if is_over else board.touch)(call)


def _perhaps_end(board: Switchboard, leg: LegState, call: CallState, at: datetime) -> None:
    if leg.answered_at is not None or leg.is_placer:
        board.note(call)
        return
    if leg.ended_at is not None or any(other.closed_at is None for other in leg.tries):
        board.note(call)
        return
    leg.ended_at = at
    if leg.is_announced:
        leg.is_announced = False
        board.tell_leg("withdrawn", leg, call)
    else:
        board.touch(call)
