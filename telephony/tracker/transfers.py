"""Calls passed on: blind and attended transfers, pickup, and calls that become one.

A channel may adopt another call's Linkedid without an event of its own; it is followed when the
next word of it comes. A consultation whose channels have all moved was part of the client's call:
it ends with `merged_into`.
"""

from crm_core.kernel.call_facts import CallResult, Direction, TransferKind
from telephony.ami_event import AmiEvent
from telephony.tracker import bridges, legs, telling
from telephony.tracker.model import CallState, Channel, TransferState
from telephony.tracker.names import NUMBER_LIMIT, Kind, text
from telephony.tracker.switchboard import Switchboard


def on_blind(board: Switchboard, ami: AmiEvent) -> None:
    """Somebody of ours sent the other side on without asking."""
    transferer = board.known(ami, "Transferer")
    transferee = board.known(ami, "Transferee") or transferer
    if transferee is None:
        return
    by = transferer.line.extension if transferer else None
    transfer = TransferState(
        TransferKind.BLIND, by, text(ami.get("Extension"), NUMBER_LIMIT), board.now
    )
    transfer.is_failed = ami.get("Result", "Success") != "Success"
    _record(board, transferee.call, transfer)


def on_attended(board: Switchboard, ami: AmiEvent) -> None:
    """Somebody of ours joined the other side with the one he had asked."""
    original = board.known(ami, "OrigTransferer")
    second = board.known(ami, "SecondTransferer")
    transferee = board.known(ami, "Transferee")
    target = board.known(ami, "TransferTarget")
    first = transferee or original
    if first is None:
        return
    survivor = first.call
    for channel in (target, second):
        if channel is not None and channel.call is not survivor:
            survivor = _merge(board, survivor, channel.call)
    by = original.line.extension if original else None
    transfer = TransferState(TransferKind.ATTENDED, by, _person_behind(target), board.now)
    transfer.is_failed = ami.get("Result", "Success") != "Success"
    transfer.is_done = not transfer.is_failed
    _record(board, survivor, transfer)
    bridges.connect(board, survivor)


def _person_behind(channel: Channel | None) -> str | None:
    """The extension or number of the one who is reached through a channel."""
    if channel is None:
        return None
    if channel.kind is Kind.LOCAL and channel.partner is not None:
        for child in channel.partner.children:
            if child.leg is not None:
                return child.leg.extension or child.leg.raw_number
    if channel.leg is not None:
        return channel.leg.extension or channel.leg.raw_number
    return channel.line.extension


def _record(board: Switchboard, call: CallState, transfer: TransferState) -> None:
    if call.ended_at is not None:
        return  # told again after its end
    for known in call.transfers:
        is_same = (known.kind, known.by, known.to) == (transfer.kind, transfer.by, transfer.to)
        if is_same and (transfer.at - known.at).total_seconds() < 1:
            return  # told twice
    call.transfers.append(transfer)
    visit = call.open_visit
    if visit is not None and transfer.kind is not TransferKind.PICKUP:
        visit.is_transferred = True
    board.touch(call)


def on_pickup(board: Switchboard, ami: AmiEvent) -> None:
    """A colleague took a call that rang at another phone."""
    picker, target = board.known(ami), board.known(ami, "Target")
    if target is None:
        return
    target.was_picked_up = True
    call = target.call
    by = picker.line.extension if picker else None
    transfer = TransferState(TransferKind.PICKUP, by, by, board.now, is_done=True)
    _record(board, call, transfer)
    if picker is not None and picker.call is not call:
        board.follow(picker, call.linkedid)
    if picker is not None and picker.kind is Kind.OURS and picker.leg is None:
        legs.leg_of_phone(board, picker)
        legs.answered(board, picker)
    legs.closed(board, target)


def moved(board: Switchboard, channel: Channel, old: CallState, new: CallState) -> None:
    """A channel went over to another call, and takes its leg along."""
    leg = channel.leg
    if leg is not None and leg in old.legs:
        if leg.is_placer or leg.is_own_click:
            channel.leg = None
        else:
            _hand_over(channel, old, new)
    if channel in old.holders:
        bridges.release_hold(board, None, old)
    if old.is_told:
        board.touch(old)
    if not old.live and old.ended_at is None:
        _fold(board, old, new)
    if new.is_told:
        board.touch(new)
        bridges.connect(board, new)


def _hand_over(channel: Channel, old: CallState, new: CallState) -> None:
    """Move a leg to the call that it now belongs to; its colleague there may have one already."""
    leg = channel.leg
    if leg is None:
        return
    if leg.met_at is not None:
        old.forced_result = CallResult.ANSWERED
    old.legs.remove(leg)
    same = [other for other in new.legs if other.extension == leg.extension]
    open_leg = next((other for other in same if other.ended_at is None), None)
    if open_leg is not None and not open_leg.is_placer:
        open_leg.tries += leg.tries
        for tried in leg.tries:
            tried.leg = open_leg
        return
    leg.key = f"{leg.extension or leg.raw_number}.{len(same) + 1}"
    leg.met_at = None
    new.legs.append(leg)


def _merge(board: Switchboard, one: CallState, other: CallState) -> CallState:
    """Make one call of two: the client's outlives the consultation."""
    survivor, folded = (one, other) if _is_with_client(one) else (other, one)
    if folded.direction not in (Direction.INTERNAL, None):
        return one  # two clients were joined with one another: both calls stay what they are
    for channel in list(folded.live):
        board.follow(channel, survivor.linkedid)
    return survivor


def _is_with_client(call: CallState) -> bool:
    if call.direction is None:  # joined before the list told us of it
        return any(channel.kind is Kind.TRUNK for channel in call.live)
    return call.direction is not Direction.INTERNAL


def _fold(board: Switchboard, old: CallState, new: CallState) -> None:
    """The call that all channels have left was a part of the new one."""
    old.ended_at = board.now
    if old.is_told:
        old.merged_into = new.call_id
        for leg in old.legs:
            leg.ended_at = leg.ended_at or board.now
        old.frozen = telling.tell(old, board.settings.pbx, board.now)
        old.pending.append(("ended", None))
        board.touch(old)
    board.forget_call(old)
    if board.calls.get(old.linkedid) is old:
        board.calls[old.linkedid] = new
        new.aliases.append(old.linkedid)
    new.position = min(new.position, old.position)


HANDLERS = {
    "BlindTransfer": on_blind,
    "AttendedTransfer": on_attended,
    "Pickup": on_pickup,
}
