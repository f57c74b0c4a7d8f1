"""Dialling: whom the PBX tries to reach, and how each try ends."""

from telephony.ami_event import AmiEvent
from telephony.tracker import calling, legs, parking, transfers
from telephony.tracker.model import Channel, caller_of
from telephony.tracker.names import Kind
from telephony.tracker.switchboard import Switchboard

RINGS = frozenset(("RINGING", "PROGRESS"))


def on_dial_begin(board: Switchboard, ami: AmiEvent) -> None:
    """A channel is being dialled; without a Channel key, by the PBX itself (click-to-call)."""
    parent = board.meet(ami) if "Uniqueid" in ami else None
    channel = board.meet(ami, "Dest")
    if channel is None or channel is parent:
        return
    stood_there = not channel.is_dialled and channel.up_at is not None
    if stood_there and parent is not None and channel.kind is Kind.OURS:
        transfers.picked_up(board, parent.call, channel)  # not every PBX has an event for it
    channel.is_dialled = True
    channel.dial_string = channel.dial_string or ami.get("DialString", "")[:200]
    if parent is not None:
        parent.cdr_at = None
        _dialled_by(board, parent, channel)
    if channel.kind is not Kind.LOCAL:
        calling.placed(board, channel)
        if parent is not None and channel.gone_at is None:
            parking.perhaps_redirected(board, caller_of(parent), channel)


def _dialled_by(board: Switchboard, parent: Channel, channel: Channel) -> None:
    """Who dials: another one from here on, where a ringing phone was handed over."""
    before = channel.parent
    if before is parent:
        return
    if before is not None:
        if before.call is parent.call and not channel.was_handed_over:
            return  # told twice, in other words
        before.children.remove(channel)
    channel.parent = parent
    parent.children.append(channel)
    if before is not None or channel.call.is_recovered:
        board.adopt(channel, parent.call)


def on_dial_state(board: Switchboard, ami: AmiEvent) -> None:
    """A phone that is dialled rings, or an announcement is heard before the answer."""
    channel = board.known(ami, "Dest")
    if channel is None or ami.get("DialStatus") not in RINGS:
        return
    if channel.kind is Kind.LOCAL:
        legs.stand_in_leg(board, channel)
    legs.rang(board, channel)


def on_dial_end(board: Switchboard, ami: AmiEvent) -> None:
    """A try is over. Queues say CANCEL twice, also after NOANSWER: that word tells nothing new."""
    channel, parent = board.known(ami, "Dest"), board.known(ami)
    if channel is None:
        return
    if parent is not None and channel.gone_at is None:
        _dialled_by(board, parent, channel)  # it may have been said while nobody listened
    status = ami.get("DialStatus", "")
    if onward := ami.get("Forward"):
        transfers.forwarded(board, channel, onward)
    if status != "ANSWER" and channel.rings_on:
        channel.rings_on = False
        return
    if status != "ANSWER":
        _tried(board, channel, status)
        return
    channel.dial_status = status
    if channel.kind is Kind.LOCAL:
        legs.stand_in_leg(board, channel)
    elif channel.kind is Kind.OURS and channel is not channel.call.origin:
        legs.leg_of_phone(board, channel)  # it may have taken the call without being dialled
    legs.answered(board, channel)


def _tried(board: Switchboard, channel: Channel, status: str) -> None:
    """Note how a try ended, for the phones behind a Local channel as well."""
    if channel.dial_status in ("", "CANCEL"):
        channel.dial_status = status
    board.note(channel.call)
    if channel.answered_at is None:
        legs.closed(board, channel)
    if channel.kind is Kind.LOCAL and channel.partner is not None:
        for child in channel.partner.children[:64]:
            if child.dial_status in ("", "CANCEL") and child.answered_at is None:
                _tried(board, child, status)


def on_ring_no_answer(board: Switchboard, ami: AmiEvent) -> None:
    """A queue gave up on one agent."""
    channel = board.known(ami, "Dest")
    if channel is None or channel.answered_at is not None:
        return
    channel.ring_timed_out = True
    for child in channel.partner.children if channel.partner else ():
        child.ring_timed_out = child.answered_at is None
    board.note(channel.call)


HANDLERS = {
    "DialBegin": on_dial_begin,
    "DialState": on_dial_state,
    "DialEnd": on_dial_end,
    "AgentRingNoAnswer": on_ring_no_answer,
}
