"""Channels come, learn who they are, ring, and go; with the last of them the call ends."""

import re
from datetime import datetime

from crm_core.kernel.call_facts import CallResult, Direction
from telephony.ami_event import AmiEvent
from telephony.tracker import bridges, calling, legs, transfers
from telephony.tracker.model import CallState, Channel
from telephony.tracker.names import NUMBER_LIMIT, Kind, dialled_lines, person_name, text
from telephony.tracker.switchboard import Switchboard

DOWN, RING, RINGING, UP = "0", "4", "5", "6"
_DIGITS = re.compile(r"\s*(\d{1,4})\s*$", re.ASCII)


def small_number(value: str | None) -> int:
    """A cause or a count out of an event; 0 for anything else."""
    found = _DIGITS.match(value or "")
    return int(found[1]) if found else 0


def on_newchannel(board: Switchboard, ami: AmiEvent) -> None:
    """A channel was made: somebody calls in, or the PBX is about to reach somebody."""
    channel = board.meet(ami)
    if channel is None or channel.is_born:
        return
    if channel.gone_at is not None and not channel.call.linkedid:
        channel = _exhume(board, channel, ami)
    channel.is_born = True
    channel.state = channel.state or ami.get("ChannelState", "")
    channel.exten = text(ami.get("Exten"), NUMBER_LIMIT)
    if ami.get("ChannelState") == DOWN and not _calls_in(channel):
        channel.is_dialled = True
    learn_caller(channel, ami)
    call = channel.call
    if channel is call.origin:
        call.is_known = True
        if channel.is_dialled and channel.kind is Kind.OURS:
            calling.rung_by_the_pbx(board, channel)
    elif channel.is_dialled and channel.kind is Kind.OURS:
        legs.leg_of_phone(board, channel)
    calling.decide(board, call)
    if channel.gone_at is not None:
        gone(board, channel, channel.gone_at)


def _calls_in(channel: Channel) -> bool:
    """With chan_sip a caller's channel is born Down too; but it knows what was dialled."""
    return channel.uniqueid == channel.linkedid and channel.exten not in calling.NO_EXTEN


def _exhume(board: Switchboard, buried: Channel, ami: AmiEvent) -> Channel:
    """Its Hangup came first, in the same moment: it lived and died all the same."""
    del board.channels[buried.uniqueid]
    channel = board.meet(ami)
    if channel is None:
        return buried
    channel.gone_at, channel.cause = buried.gone_at, buried.cause
    channel.tech_cause, channel.hangup_asked_at = buried.tech_cause, buried.hangup_asked_at
    return channel


def learn_caller(channel: Channel, ami: AmiEvent) -> None:
    """Take number and name of the person behind a channel."""
    channel.number = text(ami.get("CallerIDNum"), NUMBER_LIMIT)
    channel.caller_name = person_name(ami.get("CallerIDName"))


def on_new_callerid(board: Switchboard, ami: AmiEvent) -> None:
    """A number or a name was learnt late, or rewritten by the dialplan."""
    channel = board.known(ami)
    if channel is None:
        return
    learn_caller(channel, ami)
    call = channel.call
    if call.direction is not Direction.INBOUND or channel is not call.front:
        return
    if any(leg.met_at for leg in call.legs):
        return  # from here on the dialplan rewrites it for its own ends
    if channel.number and channel.number != call.raw_number:
        call.raw_number = channel.number
        board.touch(call)
    if channel.caller_name and channel.caller_name != call.caller_name:
        call.caller_name = channel.caller_name
        board.touch(call)


def on_new_connected_line(board: Switchboard, ami: AmiEvent) -> None:
    """A channel may have changed calls, or be rung back for a call that nobody took."""
    channel = board.known(ami)
    if channel is not None and channel.leg is not None and channel.leg.is_own_click:
        transfers.perhaps_recalled(board, channel, text(ami.get("ConnectedLineNum"), NUMBER_LIMIT))


def on_newstate(board: Switchboard, ami: AmiEvent) -> None:
    """A phone rings or was picked up; a client's channel that goes Up was not answered by us."""
    channel = board.meet(ami)
    if channel is None or channel.gone_at is not None:
        return
    channel.cdr_at = None
    state = channel.state = ami.get("ChannelState", "")
    if state == RINGING:
        if channel.kind is Kind.LOCAL:
            legs.stand_in_leg(board, channel)
        legs.rang(board, channel)
    elif state == RING and channel is channel.call.origin and channel.kind is not Kind.OURS:
        channel.is_dialled = False  # a caller rings us: only whoever is called is Ringing
        calling.decide(board, channel.call)
    elif state == UP and channel.up_at is None:
        channel.up_at, channel.up_turn = board.now, board.position
        board.note(channel.call)


def on_hangup_request(board: Switchboard, ami: AmiEvent) -> None:
    """The far end of a channel hung up or refused: the only sign of who ended it."""
    channel = board.known(ami)
    if channel is None:
        return
    if channel.hangup_asked_at is None:
        channel.hangup_asked_at = min(board.now, channel.gone_at or board.now)
        _take_cause(channel, ami)
        legs.hung_up(channel, channel.hangup_asked_at)
        board.note(channel.call)


def _take_cause(channel: Channel, ami: AmiEvent) -> None:
    channel.cause = channel.cause or small_number(ami.get("Cause"))
    channel.tech_cause = channel.tech_cause or small_number(ami.get("TechCause"))


def on_hangup(board: Switchboard, ami: AmiEvent) -> None:
    """A channel is gone."""
    channel = board.known(ami)
    if board.list_awaited_since is not None and (channel is None or not channel.is_born):
        board.keep_last_word(ami)
    if channel is None:
        board.bury(ami)
        return
    if channel.gone_at is None:
        _take_cause(channel, ami)
        gone(board, channel, board.now)
        board.clear_out()


def gone(board: Switchboard, channel: Channel, at: datetime) -> None:
    """Everything that follows from the end of a channel."""
    call = channel.call
    channel.gone_at = at
    bridges.leave(board, channel)
    bridges.release_hold(board, channel)
    for visit in call.visits:
        if visit.channel is channel and visit.left_at is None:
            visit.left_at = at
            board.touch(call)
    legs.left(board, channel, at)
    call.live.pop(channel, None)
    board.forget_channel(channel)
    if channel in call.far and all(end.gone_at for end in call.far):
        board.note(call)
    if not call.live:
        end(board, call, at)


def end(board: Switchboard, call: CallState, at: datetime) -> None:
    """The last channel of a call is gone."""
    if call.ended_at is not None:
        return
    at = max(at, call.started_at)
    bridges.release_hold(board, None, call)
    for leg in call.legs:
        if leg.ended_at is None:
            if leg.is_announced:
                leg.is_announced = False
                call.pending.append(("withdrawn", leg))
            leg.ended_at = at
    call.ended_at = at
    call.pending.append(("ended", None))
    board.touch(call)
    board.forget_call(call)


def on_cdr(board: Switchboard, ami: AmiEvent) -> None:
    """A call detail record: the end of a channel in other words, and what was dialled in vain."""
    channel = board.channels.get(ami.get("UniqueID", ""))
    if channel is None:
        return
    call = channel.call
    if channel.gone_at is None:
        channel.cdr_at = board.now
    application, data = ami.get("LastApplication", ""), ami.get("LastData", "")
    if application == "Dial" and ami.get("Disposition") != "ANSWERED":
        _dialled_in_vain(board, call, ami, data)


def _dialled_in_vain(board: Switchboard, call: CallState, ami: AmiEvent, data: str) -> None:
    """A Dial that made no channel: the phone is not registered, or the trunk is down."""
    origin = call.origin
    if origin is None or not call.is_known or call.frozen is not None:
        return
    for name, dial_string in dialled_lines(data):
        line = board.boundary.line(f"{name}-0")
        if line.extension:
            if origin.line.extension and call.direction is None:
                _tell_failed(board, call, Direction.INTERNAL, line.extension)
            if call.direction is not None and line.extension != call.placed_by:
                legs.unreachable_leg(board, call, line.extension)
                board.note(call)
        elif call.direction is None and origin.line.extension and not origin.is_dialled:
            number = text(dial_string.partition("@")[0].rpartition("/")[2], NUMBER_LIMIT)
            _tell_failed(board, call, Direction.OUTBOUND, number)


def _tell_failed(
    board: Switchboard, call: CallState, direction: Direction, number: str | None
) -> None:
    origin = call.origin
    if origin is None:
        return
    call.direction, call.front, call.raw_number = direction, origin, number
    call.placed_by = origin.line.extension
    call.forced_result = CallResult.FAILED
    if direction is Direction.OUTBOUND:
        legs.placer_leg(call, origin).ended_at = call.ended_at
    board.touch(call)


def on_message_waiting(board: Switchboard, ami: AmiEvent) -> None:
    """A mailbox changed; with a channel's name when that channel left the message."""
    channel = board.channels.get(ami.get("Uniqueid", ""))
    if channel is None or small_number(ami.get("New")) == 0:
        return
    call = channel.call
    if call.message_left_at is None and channel in (call.front, call.origin):
        call.message_left_at = board.now
        board.note(call)


def on_newexten(board: Switchboard, ami: AmiEvent) -> None:
    """The dialplan moves on. Many PBXs do not tell this; nothing may depend on it alone."""
    channel = board.channels.get(ami.get("Uniqueid", ""))
    if channel is None or ami.get("Exten") == "h":
        return
    channel.application = ami.get("Application", "")


def on_originate_response(board: Switchboard, ami: AmiEvent) -> None:
    """A click-to-call whose agent did not pick up: the number asked for is known only here."""
    if ami.get("Response") != "Failure":
        return
    name, exten = ami.get("Channel", ""), text(ami.get("Exten"), NUMBER_LIMIT)
    line = board.boundary.line(name if name.count("-") else f"{name}-0")
    for call in reversed(board.calls.values()):
        origin = call.origin
        if origin is None or call.direction is not None or not call.is_known:
            continue
        if origin.line.name != line.name or not origin.is_dialled or exten in calling.NO_EXTEN:
            continue
        is_ours = board.boundary.extension(exten or "") is not None
        call.direction = Direction.INTERNAL if is_ours else Direction.OUTBOUND
        call.front, call.raw_number = origin, exten
        board.touch(call)
        return


HANDLERS = {
    "Newchannel": on_newchannel,
    "NewCallerid": on_new_callerid,
    "NewConnectedLine": on_new_connected_line,
    "Newstate": on_newstate,
    "HangupRequest": on_hangup_request,
    "Hangup": on_hangup,
    "Cdr": on_cdr,
    "MessageWaiting": on_message_waiting,
    "Newexten": on_newexten,
    "OriginateResponse": on_originate_response,
}
