"""Bridges, talk and hold: who hears whom.

A client's channel that is Up was not answered by a person (queue, menu, voicemail). Talk begins
when a person's channel and the other side's are connected: by one bridge, or through Local pairs.
"""

from crm_core.kernel.call_facts import Direction, TransferKind
from telephony.ami_event import AmiEvent
from telephony.tracker import legs
from telephony.tracker.model import Bridge, CallState, Channel, LegState
from telephony.tracker.names import Kind
from telephony.tracker.switchboard import Switchboard

WAITING_ROOM = "holding_bridge"


def on_enter(board: Switchboard, ami: AmiEvent) -> None:
    """A channel entered a bridge."""
    channel = board.meet(ami)
    bridge_id = ami.get("BridgeUniqueid")
    if channel is None or channel.gone_at is not None or not bridge_id:
        return
    enter(board, channel, bridge_id)
    if ami.get("BridgeTechnology") == WAITING_ROOM and channel.bridge is not None:
        channel.bridge.is_waiting_room = True
    else:
        _meet(board, channel)


def _meet(board: Switchboard, newcomer: Channel) -> None:
    """In a meeting each has a Linkedid of his own: ours who are with a client join that call."""
    bridge = newcomer.bridge
    if bridge is None or len(bridge.members) < 2:
        return
    clients = [one for one in bridge.members if one in one.call.far and one.call.is_told]
    if not clients:
        return
    for channel in list(bridge.members):
        if channel.kind is Kind.OURS and not channel.is_dialled and not channel.call.is_told:
            board.adopt(channel, clients[0].call)
            _one_of_ours(board, channel)
    connect(board, clients[0].call)


def enter(board: Switchboard, channel: Channel, bridge_id: str) -> None:
    """Put a channel into a bridge and see who is connected now."""
    channel.cdr_at = None
    leave(board, channel)
    bridge = board.bridges.get(bridge_id)
    if bridge is None:
        bridge = board.bridges[bridge_id] = Bridge(bridge_id)
    bridge.members[channel] = None
    channel.bridge = bridge
    _one_of_ours(board, channel)
    if len(bridge.members) > 1:
        connect(board, channel.call)


def _one_of_ours(board: Switchboard, channel: Channel) -> None:
    """Who stands in a bridge has answered; who was not dialled came by himself (pickup, park)."""
    call = channel.call
    if channel.leg is not None:
        _name_taker(call, channel.leg)
        if not channel.leg.is_placer:
            legs.answered(board, channel)
    elif channel.kind is Kind.OURS and call.is_told and channel not in call.far:
        legs.leg_of_phone(board, channel)
        legs.answered(board, channel)
    elif channel in call.far:
        legs.answered(board, channel)


def connect(board: Switchboard, call: CallState) -> None:
    """Note which people are connected with the other side from this moment on."""
    if call.direction is None or all(leg.met_at for leg in call.legs):
        return
    for far in call.far:
        if far.gone_at is not None or not (far.bridge or far.partner):
            continue
        for channel in reach(far):
            leg = channel.leg
            if leg is None or leg.met_at is not None or channel.call is not call:
                continue
            if channel is far:
                continue  # nobody meets himself
            leg.met_at, leg.met_turn = board.now, board.position
            if leg.answered_at is None:
                leg.answered_at, leg.ended_at = board.now, None
                leg.device = None if leg.is_placer else legs.device_of(channel)
            board.touch(call)


def _name_taker(call: CallState, leg: LegState) -> None:
    """Whom a call was handed over to, where that was told while he stood in neither bridge."""
    last = call.transfers[-1] if call.transfers else None
    if last is None or last.kind is not TransferKind.ATTENDED or last.to is not None:
        return
    if leg.extension != last.by:
        last.to = leg.extension or leg.raw_number


def reach(start: Channel) -> list[Channel]:
    """Every channel that hears this one."""
    found, waiting = {start: None}, [start]
    while waiting:
        channel = waiting.pop()
        bridge = channel.bridge
        peers = list(bridge.members) if bridge and not bridge.is_waiting_room else []
        if channel.partner is not None and channel.partner.gone_at is None:
            peers.append(channel.partner)
        for peer in peers:
            if peer not in found:
                found[peer] = None
                waiting.append(peer)
    return list(found)


def on_leave(board: Switchboard, ami: AmiEvent) -> None:
    """A channel left a bridge; that alone is no hang-up (Local channels optimise themselves)."""
    channel = board.known(ami)
    if channel is None or channel.bridge is None:
        return
    if channel.bridge.bridge_id == ami.get("BridgeUniqueid"):
        leave(board, channel)


def leave(board: Switchboard, channel: Channel) -> None:
    """Take a channel out of its bridge; an empty bridge is forgotten."""
    bridge, channel.bridge = channel.bridge, None
    if bridge is None:
        return
    bridge.members.pop(channel, None)
    if not bridge.members:
        board.bridges.pop(bridge.bridge_id, None)
        _met_in_passing(board, channel)


def _met_in_passing(board: Switchboard, channel: Channel) -> None:
    """Whoever hung up in the moment of his answer was connected, though the caller never came in.

    Unless the caller had given up in that same moment.
    """
    call, caller = channel.call, channel.parent
    if channel.answered_at is None or channel.hangup_asked_at is None:
        return
    if caller is None or caller.hangup_asked_at is not None:
        return
    leg = channel.leg if caller in call.far else caller.leg if channel in call.far else None
    if leg is None or leg.met_at is not None:
        return
    leg.met_at, leg.met_turn = channel.answered_at, board.position
    leg.answered_at = leg.answered_at or leg.met_at
    board.touch(call)


def on_destroy(board: Switchboard, ami: AmiEvent) -> None:
    """A bridge is no more; whoever was in it has left."""
    bridge = board.bridges.get(ami.get("BridgeUniqueid", ""))
    for channel in list(bridge.members) if bridge else []:
        leave(board, channel)


def on_hold(board: Switchboard, ami: AmiEvent) -> None:
    """One of ours put the call on hold."""
    channel = board.known(ami)
    if channel is None or channel.gone_at is not None:
        return
    call = channel.call
    if channel in call.holders or not _is_ours_in_talk(channel, call):
        return
    call.holders[channel] = None
    if call.hold_began_at is None:
        call.hold_began_at = board.now
    board.touch(call)


def _is_ours_in_talk(channel: Channel, call: CallState) -> bool:
    if channel.leg is not None:
        return channel.leg.met_at is not None
    is_caller = call.direction is Direction.INTERNAL and channel in call.far
    return is_caller and any(leg.met_at for leg in call.legs)


def on_unhold(board: Switchboard, ami: AmiEvent) -> None:
    """Hold is over. Comes without a Hold too, just before some transfers."""
    channel = board.known(ami)
    if channel is not None:
        release_hold(board, channel)


def on_music_stop(board: Switchboard, ami: AmiEvent) -> None:
    """The other side hears no music any more: not every hold is ended in words."""
    channel = board.known(ami)
    if channel is not None and channel.call.holders and channel in channel.call.far:
        release_hold(board, None, channel.call)


def release_hold(
    board: Switchboard, channel: Channel | None, call: CallState | None = None
) -> None:
    """End the hold of one channel, or of everybody in a call."""
    if channel is not None:
        call = channel.call
        if channel not in call.holders:
            return
        del call.holders[channel]
    elif call is not None:
        if not call.holders:
            return
        call.holders.clear()
    if call is None or call.holders or call.hold_began_at is None:
        return
    call.hold_seconds += max(0.0, (board.now - call.hold_began_at).total_seconds())
    call.hold_began_at = None
    board.touch(call)


HANDLERS = {
    "BridgeEnter": on_enter,
    "BridgeLeave": on_leave,
    "BridgeDestroy": on_destroy,
    "Hold": on_hold,
    "Unhold": on_unhold,
    "MusicOnHoldStop": on_music_stop,
}
