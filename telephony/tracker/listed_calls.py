"""Calls told from the lines of a list of channels, and from the last words of channels.

A line says what a channel is, not what happened to it: who called whom is found out, what cannot
be known is left open, and the call is marked `is_recovered`. A channel that hung up between the
login and the list stands in no line; its Hangup is read as the line that it would have had.
"""

import re
from dataclasses import replace
from datetime import timedelta

from crm_core.kernel.call_facts import Direction
from telephony.ami_event import AmiEvent
from telephony.tracker import bridges, calling, channels, legs, queues
from telephony.tracker.model import CallState, Channel, LastWord
from telephony.tracker.names import (
    NUMBER_LIMIT,
    Kind,
    dialled_lines,
    dialled_number,
    person_name,
    text,
)
from telephony.tracker.switchboard import Switchboard

_DURATION = re.compile(r"(\d{1,5}):(\d\d):(\d{1,8})$", re.ASCII)
_DIALLED = ("AppDial", "AppQueue")  # what Asterisk shows for a channel that was dialled


def take_lines(board: Switchboard, listed: dict[str, AmiEvent]) -> None:
    """Take what lives, by uniqueid, and with it the channels that just went unheard."""
    words = _unlisted_words(board, listed)
    told_from = board.list_awaited_from if words else board.listed_from
    lines = listed | {uniqueid: word.ami for uniqueid, word in words.items()}
    touched: dict[CallState, None] = {}
    for uniqueid, line in lines.items():
        channel = _take_line(board, line, words.get(uniqueid))
        if channel is not None and channel.gone_at is None:
            touched[channel.call] = None
    for line in lines.values():
        _take_bridge(board, line)
    for call in touched:
        # What is known of it may stand in its line alone: a replay must read that line again.
        board.begins_at(call, told_from)
        _understand(board, call, lines)
    for uniqueid, word in words.items():
        channel = board.channels.get(uniqueid)
        if channel is not None and channel.gone_at is None:
            channels.gone(board, channel, word.at)
    board.list_awaited_since = None


def _unlisted_words(board: Switchboard, listed: dict[str, AmiEvent]) -> dict[str, LastWord]:
    """Channels that went between the login and the list, as lines that the list might have had."""
    words = {}
    for uniqueid, word in board.last_words.items():
        buried = board.channels.get(uniqueid)
        if uniqueid in listed or buried is None or buried.is_born or buried.gone_at is None:
            continue
        del board.channels[uniqueid]
        words[uniqueid] = replace(word, ami=_as_line(word.ami))
    board.last_words.clear()
    return words


def _as_line(ami: AmiEvent) -> AmiEvent:
    """A Hangup in the words of the list: whoever was up was in a talk, as far as anybody knows."""
    line = dict(ami)
    is_dialled = ami.get("Linkedid") != ami.get("Uniqueid")
    line["Application"] = "AppDial" if is_dialled else ""
    if ami.get("ChannelState") == channels.UP:
        line["BridgeId"] = f"unheard/{ami.get('Linkedid')}"
    return line


def _take_line(
    board: Switchboard, line: AmiEvent, last_word: LastWord | None = None
) -> Channel | None:
    """One channel of the list: known and alive, or unheard of until now."""
    known = board.channels.get(line.get("Uniqueid", ""))
    is_new = known is None or not known.is_born  # an event of it may have come before its line
    channel = board.meet(line)
    if channel is None or channel.gone_at is not None:
        return None
    channel.is_born = True
    channel.cdr_at = None
    channel.application = line.get("Application", channel.application)
    state = line.get("ChannelState", "")
    age = _duration(line.get("Duration"))
    if is_new:
        channel.seen_at = (last_word.at if last_word else board.now) - age
        channel.exten = text(line.get("Exten"), NUMBER_LIMIT)
        channel.number = text(line.get("CallerIDNum"), NUMBER_LIMIT)
        channel.caller_name = person_name(line.get("CallerIDName"))
        # a line from outside that is not the first channel of its call did not call in
        is_later = channel.kind is Kind.TRUNK and channel.uniqueid != line.get("Linkedid")
        channel.is_dialled = is_later or channel.application.startswith(_DIALLED)
        channel.call.is_recovered = True
    _take_state(board, channel, state, is_new)
    return channel


def _take_state(board: Switchboard, channel: Channel, state: str, is_new: bool) -> None:
    channel.state = state
    if state == channels.UP and channel.up_at is None:
        channel.up_at = channel.seen_at if is_new else board.now
        channel.up_turn = board.position
    if state == channels.RINGING and channel.rang_at is None:
        channel.rang_at = channel.seen_at if is_new else board.now


def _take_bridge(board: Switchboard, line: AmiEvent) -> None:
    channel = board.channels.get(line.get("Uniqueid", ""))
    bridge_id = line.get("BridgeId") or ""
    if channel is None or channel.gone_at is not None:
        return
    if bridge_id and (channel.bridge is None or channel.bridge.bridge_id != bridge_id):
        if channel.leg is not None and channel.leg.answered_at is None:
            channel.call.is_recovered = True  # answered while nobody listened
        bridges.enter(board, channel, bridge_id)


def _understand(board: Switchboard, call: CallState, listed: dict[str, AmiEvent]) -> None:
    """Tell a call that is known from the list alone."""
    if not call.is_known:
        _find_origin(call)
        call.is_known = call.is_recovered = True
        if call.origin is not None:
            call.started_at = min(call.started_at, call.origin.seen_at)
    origin = call.origin
    for channel in list(call.live):
        took_it = channel.kind is Kind.OURS and channel.uniqueid != channel.linkedid
        is_called = channel.is_dialled or took_it  # dialled, or came by himself (pickup)
        if not is_called or channel is origin or channel.kind is Kind.LOCAL:
            continue
        if channel not in call.dialled:
            call.dialled.append(channel)
        if channel.kind is Kind.OURS:
            leg = legs.leg_of_phone(board, channel)
            has_lifted = channel.state == channels.UP and channel.bridge is None
            if channel.rang_at and leg.rang_at is None and not has_lifted:  # else it rings no more
                leg.rang_at = channel.rang_at
    _guess_number(call, listed)
    calling.decide(board, call)
    if origin is not None and call.direction is None:
        _tell_from_one_end(board, call, origin, listed)
    for channel in list(call.live):
        if channel.bridge is not None and channel.leg is not None and channel.answered_at is None:
            legs.answered(board, channel)
    _connect_as_listed(board, call)
    _open_visit_as_listed(board, call, listed)
    board.touch(call)


def _find_origin(call: CallState) -> None:
    """Who called, where the first channel is gone already: the outside line, else one of ours."""
    living = list(call.live)
    if call.origin is None and living:
        callers = [c for c in living if not c.is_dialled and c.kind is not Kind.LOCAL]
        trunks = [c for c in callers if c.kind is Kind.TRUNK]
        people = [c for c in living if c.kind is not Kind.LOCAL]
        call.origin = (trunks or callers or people or living)[0]


def _tell_from_one_end(
    board: Switchboard, call: CallState, phone: Channel, listed: dict[str, AmiEvent]
) -> None:
    """The caller went unheard, the phone that he called did not: it knows who called."""
    number = text(listed.get(phone.uniqueid, {}).get("ConnectedLineNum"), NUMBER_LIMIT)
    if phone.kind is not Kind.OURS or number is None:
        return
    if _joins_a_client(board, phone):
        return
    if phone.uniqueid == call.linkedid:
        return  # it dials, or the PBX rings it for its own click-to-call: nobody called it
    if phone.line.extension == number or number in calling.NO_EXTEN:
        return
    leg = legs.leg_of_phone(board, phone)
    calling.called_by(board, call, phone, number)
    if phone.bridge is not None:
        legs.answered(board, phone)
        if leg.met_at is None:
            leg.met_at, leg.met_turn = phone.answered_at, board.position


def _joins_a_client(board: Switchboard, phone: Channel) -> bool:
    """Whoever hears a client of another call was handed over to him while nobody listened."""
    for other in bridges.reach(phone):
        if other.kind is Kind.TRUNK and other.call is not phone.call:
            board.adopt(phone, other.call)
            legs.leg_of_phone(board, phone)
            legs.answered(board, phone)
            bridges.connect(board, other.call)
            return True
    return False


def _guess_number(call: CallState, listed: dict[str, AmiEvent]) -> None:
    """The number that one of ours dialled stands in the arguments of his Dial."""
    origin = call.origin
    line = listed.get(origin.uniqueid) if origin else None
    if line is None or not line.get("Application", "").startswith("Dial"):
        return
    for channel in call.dialled:
        for name, dial_string in dialled_lines(line.get("ApplicationData", "")):
            if name == channel.line.name and not channel.dial_string:
                channel.dial_string = dial_string
    if call.direction is Direction.OUTBOUND and call.raw_number is None and call.far:
        far = call.far[0]
        call.raw_number = dialled_number(far.dial_string, far.line.endpoint)


def _connect_as_listed(board: Switchboard, call: CallState) -> None:
    """Talks that began before we listened: from the answer at the earliest, as far as is known."""
    waiting = [leg for leg in call.legs if leg.met_at is None]
    bridges.connect(board, call)
    for leg in waiting:
        if leg.met_at is not None and leg.answered_at is not None and call.is_recovered:
            leg.met_at = min(leg.met_at, max(leg.answered_at, call.started_at))


def _open_visit_as_listed(board: Switchboard, call: CallState, listed: dict[str, AmiEvent]) -> None:
    for channel in list(call.live):
        line = listed.get(channel.uniqueid, {})
        if line.get("Application") != "Queue" or channel.bridge is not None:
            continue
        name = line.get("ApplicationData", "").partition(",")[0]
        if name and not call.visits:
            queues.begin_visit(board, channel, name).entered_at = call.started_at


def _duration(value: str | None) -> timedelta:
    found = _DURATION.match(value or "")
    if found is None:
        return timedelta()
    hours, minutes, seconds = map(int, found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
