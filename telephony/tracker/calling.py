"""Who calls whom: a call's direction, its other side, and the number to show.

Decided from the channels alone, as soon as the evidence is there; before that nothing is told,
so an agent who dials a feature code, a parking slot or an announcement makes no call.
"""

from crm_core.kernel.call_facts import Direction
from telephony.tracker import legs
from telephony.tracker.model import CallState, Channel, caller_of
from telephony.tracker.names import NUMBER_LIMIT, Kind, dialled_number, text
from telephony.tracker.switchboard import Switchboard

TEST_CALLER = "Allo"
NO_EXTEN = frozenset(("s", "h", "i", "t", ""))


def placed(board: Switchboard, channel: Channel) -> None:
    """A real line is being dialled."""
    call = channel.call
    if channel not in call.dialled:
        call.dialled.append(channel)
    if channel.kind is Kind.OURS and channel is not call.origin:
        legs.leg_of_phone(board, channel)
    decide(board, call)


def decide(board: Switchboard, call: CallState) -> None:
    """Find the direction if it can be told now, and give every dialled line its part."""
    origin = call.origin
    if origin is None or not call.is_known:
        return
    if origin.kind is Kind.LOCAL:
        _decide_local(board, call, origin)
    elif call.direction is None:
        if origin.kind is Kind.TRUNK:
            _decide_trunk(board, call, origin)
        else:
            _decide_ours(board, call, origin)
    if call.direction is not None:
        _assign(board, call)


def _decide_trunk(board: Switchboard, call: CallState, origin: Channel) -> None:
    if not origin.is_dialled:
        _inbound(board, call, origin)
    elif origin in call.dialled:  # the PBX was asked to call the client first
        _set(board, call, Direction.OUTBOUND, origin)
        call.far.append(origin)


def _decide_ours(board: Switchboard, call: CallState, origin: Channel) -> None:
    lines = [channel for channel in call.dialled if channel is not origin]
    first = lines[0] if lines else None
    if first is not None and first.kind is Kind.TRUNK:
        _outbound(board, call, origin, first)
    elif first is not None or call.visits:
        _internal(board, call, origin, first)


def _decide_local(board: Switchboard, call: CallState, origin: Channel) -> None:
    """An Originate to a Local channel: a click-to-call, or a caller made of the dialplan alone.

    The half `;2` runs the dialplan that rings phones; `;1` goes on with what was asked for. If the
    caller id is an extension's, it is that agent's own click; else somebody calls us.
    """
    two = origin if origin.is_executing_half else origin.partner
    behind = [c for c in call.dialled if c.parent is not None and caller_of(c.parent) is two]
    beyond = [c for c in call.dialled if c.parent is not None and c not in behind]
    lines = [c for c in beyond if c.kind is Kind.TRUNK]
    if lines and call.direction is not Direction.OUTBOUND:
        _not_inbound(call)
        clicker = next((c for c in behind if c.kind is Kind.OURS), None)
        _outbound(board, call, clicker or origin, lines[0])
    elif call.direction is None and beyond and call.placed_by:
        _internal(board, call, origin, beyond[0])
    elif call.direction is Direction.INBOUND and beyond and beyond[0].kind is Kind.OURS:
        _not_inbound(call)
        for channel in behind:
            _own_click(call, channel)
        _internal(board, call, origin, beyond[0])
    elif call.direction is None and two is not None and (behind or call.visits):
        extension = board.boundary.extension(two.number or "")
        if extension is None and two.number is not None:
            _inbound(board, call, two)
        else:
            for channel in behind:
                _own_click(call, channel)


def _not_inbound(call: CallState) -> None:
    """What looked like somebody who calls was an agent's own click, now that it goes on."""
    call.far.clear()
    call.did = None
    for leg in call.legs:
        leg.met_at = None


def rung_by_the_pbx(board: Switchboard, channel: Channel) -> None:
    """A phone of ours is rung first: for its own click-to-call, or by us to try its card."""
    call, leg = channel.call, legs.leg_of_phone(board, channel)
    if not call.is_test_ring:
        leg.is_own_click = True
        call.placed_by = channel.line.extension
        return
    call.raw_number = TEST_CALLER
    _set(board, call, Direction.INTERNAL, channel)


def _own_click(call: CallState, channel: Channel) -> None:
    if channel.leg is not None:
        channel.leg.is_own_click = True
    call.placed_by = call.placed_by or channel.line.extension


def _inbound(board: Switchboard, call: CallState, front: Channel) -> None:
    call.far.append(front)
    if front.partner is not None:
        call.far.append(front.partner)
    call.raw_number, call.caller_name = front.number, front.caller_name
    if front.exten not in NO_EXTEN:
        call.did = front.exten
    _set(board, call, Direction.INBOUND, front)


def _outbound(board: Switchboard, call: CallState, placer: Channel, first: Channel) -> None:
    call.placed_by = placer.line.extension or call.placed_by
    if placer.leg is None and placer.kind is Kind.OURS:
        legs.placer_leg(call, placer)
    elif placer.leg is not None and not placer.leg.is_placer:
        placer.leg.is_own_click = True
    _set(board, call, Direction.OUTBOUND, placer)


def _internal(board: Switchboard, call: CallState, origin: Channel, first: Channel | None) -> None:
    call.far.append(origin)
    call.placed_by = origin.line.extension or call.placed_by
    if origin.leg is not None:
        origin.leg.is_own_click = True
    call.raw_number = _called(board, origin, first)
    _set(board, call, Direction.INTERNAL, origin)


def called_by(board: Switchboard, call: CallState, phone: Channel, number: str) -> None:
    """A call of which only the phone that it reached is known, and the number that it showed."""
    extension = board.boundary.extension(number)
    call.placed_by = call.placed_by or extension
    call.raw_number = phone.line.extension if extension else number
    _set(board, call, Direction.INTERNAL if extension else Direction.INBOUND, phone)


def _called(board: Switchboard, origin: Channel, first: Channel | None) -> str | None:
    """What the agent dialled if that is one of our numbers (a group, a queue), else who rang."""
    dialled = origin.exten or ""
    if board.boundary.extension(dialled) or first is None:
        return dialled or None
    return first.line.extension or text(first.line.endpoint, NUMBER_LIMIT)


def _set(board: Switchboard, call: CallState, direction: Direction, front: Channel) -> None:
    call.direction, call.front = direction, front
    board.touch(call)


def _assign(board: Switchboard, call: CallState) -> None:
    """Each dialled line is the other side, a phone of ours, or a number rung for the caller."""
    for channel in call.dialled:
        if channel.leg is None and channel not in call.far:
            if channel.kind is Kind.OURS:
                if channel is not call.origin:
                    legs.leg_of_phone(board, channel)
            elif call.direction is Direction.OUTBOUND and not _is_for_far(channel, call):
                call.far.append(channel)
            else:
                legs.outside_leg(board, channel)
                board.touch(call)
        legs.name_outside_leg(board, channel)
        if call.direction is Direction.OUTBOUND and call.raw_number is None and channel in call.far:
            call.raw_number = dialled_number(channel.dial_string, channel.line.endpoint)
            board.touch(call)
    for leg in call.legs:
        legs.announce(board, leg, call)


def _is_for_far(channel: Channel, call: CallState) -> bool:
    """Whether the other side itself is being connected further."""
    return channel.parent is not None and caller_of(channel.parent) in call.far
