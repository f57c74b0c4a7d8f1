"""Calls passed on: blind and attended transfers, pickup, and calls that become one.

A channel may adopt another call's Linkedid without an event of its own; it is followed when the
next word of it comes. A consultation whose channels have all moved was part of the client's call:
it ends with `merged_into`.
"""

from collections.abc import Sequence

from crm_core.kernel.call_facts import CallResult, Direction, TransferKind
from telephony.ami_event import AmiEvent
from telephony.tracker import bridges, calling, legs, telling
from telephony.tracker.model import CallState, Channel, LegState, TransferState
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
        TransferKind.BLIND, by, text(ami.get("Extension"), NUMBER_LIMIT), board.now, board.position
    )
    transfer.is_failed = ami.get("Result", "Success") != "Success"
    _takes_the_callers_place(transferer, transferee)
    _record(board, transferee.call, transfer)


def on_attended(board: Switchboard, ami: AmiEvent) -> None:
    """Somebody of ours joined the other side with the one he had asked."""
    # Read without following: this event shows channels as they were, not the calls they are in now.
    original, second, transferee, target = (
        board.channels.get(ami.get(f"{role}Uniqueid", ""))
        for role in ("OrigTransferer", "SecondTransferer", "Transferee", "TransferTarget")
    )
    first = transferee or original
    if first is None:
        return
    survivor, by = first.call, original.line.extension if original else None
    for channel in (target, second):
        if channel is not None and channel.call is not survivor:
            survivor = _merge(board, survivor, channel.call, by)
    target = target or _ringing_on(ami, second, original)
    target = target or _beside(board, ami, (original, transferee))
    if target in survivor.far and transferee is not None and transferee.kind is Kind.OURS:
        target = transferee  # told the other way round: it is he who is new to this call
    taker = _leg_behind(target)
    to = (taker.extension or taker.raw_number) if taker else None
    transfer = TransferState(
        TransferKind.ATTENDED, by, to or _name_of(target), board.now, board.position
    )
    transfer.is_failed = ami.get("Result", "Success") != "Success"
    # whoever hands over while the other still rings cannot know what will come of it
    is_sure = taker is None or taker.answered_at is not None
    transfer.is_done = is_sure and not transfer.is_failed
    _takes_the_callers_place(original, transferee)
    _record(board, survivor, transfer)
    bridges.connect(board, survivor)


def _takes_the_callers_place(caller: Channel | None, colleague: Channel | None) -> None:
    """Whoever called a colleague and hands that one over leaves: who is reached speaks with him."""
    if caller is None or colleague is None or colleague.leg is None:
        return
    call = colleague.call
    if call.direction is Direction.INTERNAL and caller in call.far and colleague not in call.far:
        call.far.append(colleague)


def _beside(board: Switchboard, ami: AmiEvent, known: Sequence[Channel | None]) -> Channel | None:
    """The one who was asked, where two bridges were made one and no target is named.

    Which of the two is left depends on whether this is told before they are made one or after.
    """
    for role in ("DestBridge", "OrigBridge"):
        bridge = board.bridges.get(ami.get(f"{role}Uniqueid", ""))
        for channel in bridge.members if bridge else ():
            if channel not in known and channel not in channel.call.far:
                return channel
    return None


def _ringing_on(ami: AmiEvent, *handing_over: Channel | None) -> Channel | None:
    """Those who were asked and had not answered: they ring on, for the other side now."""
    if ami.get("DestType") != "App":
        return None
    ringing = [
        channel
        for by in handing_over
        for channel in (by.children if by else ())
        if channel.gone_at is None and channel.closed_at is None
    ]
    for channel in ringing:
        channel.was_handed_over = channel.rings_on = True
    return ringing[0] if ringing else None


def _leg_behind(channel: Channel | None) -> LegState | None:
    """The leg of the one who is reached through a channel."""
    if channel is not None and channel.kind is Kind.LOCAL and channel.partner is not None:
        for child in channel.partner.children:
            if child.leg is not None:
                return child.leg
    return channel.leg if channel is not None else None


def _name_of(channel: Channel | None) -> str | None:
    if channel is not None and channel in channel.call.far and channel.kind is not Kind.OURS:
        return channel.call.raw_number
    return channel.line.extension if channel is not None else None


def forwarded(board: Switchboard, channel: Channel, onward: str) -> None:
    """A phone sent the caller on to another number before anybody answered (SIP 302)."""
    leg = channel.leg
    if leg is None or channel.was_forwarded:
        return
    channel.was_forwarded = True
    to = text(onward.partition("@")[0].rpartition("/")[2], NUMBER_LIMIT)
    by = leg.extension or leg.raw_number
    _record(
        board, channel.call, TransferState(TransferKind.FORWARD, by, to, board.now, board.position)
    )


def perhaps_recalled(board: Switchboard, channel: Channel, number: str | None) -> None:
    """The PBX rings back whoever passed a call on that nobody took; it has no word for that.

    The phone is rung as for a click-to-call, by a channel with a Linkedid of its own: but it is
    shown the number of a client who was handed over by this very phone and talks to nobody.
    """
    if channel is not channel.call.origin or not channel.is_dialled or channel.call.is_told:
        return
    extension = channel.line.extension
    for call in board.living():
        last = call.transfers[-1] if call.transfers else None
        if last is None or last.by != extension or last.is_done or last.is_failed:
            continue
        if call.raw_number != number or any(telling.is_talking(leg) for leg in call.legs):
            continue
        board.adopt(channel, call)
        legs.leg_of_phone(board, channel)
        return


def _record(board: Switchboard, call: CallState, transfer: TransferState) -> None:
    if call.ended_at is not None:
        return  # told again after its end
    for known in call.transfers:
        is_same = (known.kind, known.by, known.to) == (transfer.kind, transfer.by, transfer.to)
        if is_same and (transfer.at - known.at).total_seconds() < 1:
            return  # told twice
        if transfer.kind is TransferKind.BLIND and _was_guessed(known, transfer):
            known.kind, known.by, known.to = transfer.kind, transfer.by, transfer.to
            known.is_failed = transfer.is_failed
            board.touch(call)
            return
    call.transfers.append(transfer)
    visit = call.open_visit
    if visit is not None and transfer.kind not in (TransferKind.PICKUP, TransferKind.FORWARD):
        visit.is_transferred = True
    board.touch(call)


def _was_guessed(known: TransferState, told: TransferState) -> bool:
    """Whether the move was seen before it was told who had asked for it."""
    is_guess = known.kind is TransferKind.REDIRECT and known.by is None
    return is_guess and (told.at - known.at).total_seconds() < 1


def on_pickup(board: Switchboard, ami: AmiEvent) -> None:
    """A colleague took a call that rang at another phone."""
    picker, target = board.known(ami), board.known(ami, "Target")
    if target is None:
        return
    target.was_picked_up = True
    call = target.call
    picked_up(board, call, picker)
    if picker is not None and picker.kind is Kind.OURS and picker.leg is None:
        leg = legs.leg_of_phone(board, picker)
        legs.answered(board, picker)
        leg.rang_at = leg.rang_at or picker.rang_at  # it rang for its owner's own order
        leg.answered_at = leg.answered_at or picker.answered_at
        leg.device = legs.device_of(picker)
    bridges.connect(board, call)  # where the two were connected before it was said why
    legs.closed(board, target)


def picked_up(board: Switchboard, call: CallState, picker: Channel | None) -> None:
    """Note who took the call from the colleague at whose phone it rang."""
    by = picker.line.extension if picker else None
    transfer = TransferState(TransferKind.PICKUP, by, by, board.now, board.position, is_done=True)
    _record(board, call, transfer)
    if picker is not None and picker.call is not call:
        board.follow(picker, call.linkedid)


def moved(board: Switchboard, channel: Channel, old: CallState, new: CallState) -> None:
    """A channel went over to another call, and takes its leg along."""
    leg = channel.leg
    if leg is not None and leg in old.legs:
        if leg.is_placer or leg.is_own_click:
            channel.leg = None
        else:
            _hand_over(channel, old, new)
    if channel in old.far and new.is_told and channel not in new.far:
        _as_outside_leg(channel, old, new)
    if channel in old.holders:
        bridges.release_hold(board, None, old)
    if old.is_told:
        board.touch(old)
    if not old.live and old.ended_at is None:
        _fold(board, old, new)
    if new.is_recovered and not new.is_told and channel.kind is Kind.OURS:
        calling.placed(board, channel)  # that it was called was said while nobody listened
    if new.is_told:
        board.touch(new)
        bridges.connect(board, new)


def _as_outside_leg(channel: Channel, old: CallState, new: CallState) -> None:
    """Whoever was asked outside the house is one that the client is connected with from now on."""
    if channel.kind is not Kind.TRUNK or channel.leg is not None:
        return
    number = old.raw_number
    same = sum(1 for leg in new.legs if leg.raw_number == number)
    leg = LegState(f"{number}.{same + 1}", None, raw_number=number)
    leg.rang_at = channel.rang_at
    leg.answered_at = channel.answered_at or channel.up_at
    leg.tries.append(channel)
    channel.leg = leg
    new.legs.append(leg)


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


def _merge(board: Switchboard, one: CallState, other: CallState, by: str | None) -> CallState:
    """Make one call of two: the client's outlives the consultation, also one outside the house."""
    is_second = _is_with_client(other) and not _is_with_client(one)
    survivor, folded = (other, one) if is_second else (one, other)
    is_asked = folded is other and folded.direction is Direction.OUTBOUND and folded.placed_by == by
    if not is_asked and folded.direction not in (Direction.INTERNAL, None):
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
        moved_along, old.recordings = old.recordings, []
        new.recordings += moved_along
        old.frozen = telling.tell(old, board.settings.pbx, board.now)
        old.pending.append(("ended", None))
        board.touch(old)
    board.forget_call(old)
    if board.calls.get(old.linkedid) is old:
        board.calls[old.linkedid] = new
        new.aliases.append(old.linkedid)
    board.begins_at(new, old.position)


HANDLERS = {
    "BlindTransfer": on_blind,
    "AttendedTransfer": on_attended,
    "Pickup": on_pickup,
}
