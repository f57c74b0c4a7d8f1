"""Calls passed on without a word of transfer: parked and taken again, or moved by a program."""

from crm_core.kernel.call_facts import TransferKind
from telephony.ami_event import AmiEvent
from telephony.tracker.model import MOMENT, CallState, Channel, TransferState
from telephony.tracker.names import NUMBER_LIMIT, text
from telephony.tracker.switchboard import Switchboard


def on_parked(board: Switchboard, ami: AmiEvent) -> None:
    """The other side waits in a parking slot. Parking may have begun as a blind transfer."""
    parkee = board.known(ami, "Parkee")
    if parkee is None or parkee.gone_at is not None:
        return
    call, by = parkee.call, _parker(board, ami)
    last = call.transfers[-1] if call.transfers else None
    if last is not None and board.now - last.at <= 4 * MOMENT:
        if last.kind is TransferKind.PARK:
            return  # told twice
        if last.kind is TransferKind.BLIND:
            call.transfers.pop()
            by = by or last.by
    slot = text(ami.get("ParkingSpace"), NUMBER_LIMIT)
    call.transfers.append(TransferState(TransferKind.PARK, by, slot, board.now, board.position))
    board.touch(call)


def _parker(board: Switchboard, ami: AmiEvent) -> str | None:
    dial_string = ami.get("ParkerDialString", "")
    return board.boundary.line(f"{dial_string}-0").extension if dial_string else None


def on_unparked(board: Switchboard, ami: AmiEvent) -> None:
    """Somebody took the call out of its slot."""
    parkee, retriever = board.known(ami, "Parkee"), board.known(ami, "Retriever")
    transfer = _parked(parkee.call) if parkee is not None else None
    if parkee is None or transfer is None or transfer.is_done:
        return
    if retriever is not None:
        transfer.to = retriever.line.extension or transfer.to
    transfer.is_done = True
    board.touch(parkee.call)


def on_give_up(board: Switchboard, ami: AmiEvent) -> None:
    """The other side hung up in the slot."""
    parkee = board.known(ami, "Parkee")
    transfer = _parked(parkee.call) if parkee is not None else None
    if parkee is not None and transfer is not None:
        transfer.is_failed = True
        board.note(parkee.call)


def _parked(call: CallState) -> TransferState | None:
    parked = [each for each in call.transfers if each.kind is TransferKind.PARK]
    return parked[-1] if parked else None


def perhaps_redirected(board: Switchboard, parent: Channel, channel: Channel) -> None:
    """The other side rings somebody after a talk that nobody hung up: it was moved (Redirect).

    Asterisk has no event for it. After a hang-up by the agent the dialplan may go on as well;
    then his channel asked for the hang-up, and nobody passed the call on.
    """
    call = parent.call
    if parent not in call.far or channel.leg is None:
        return
    talks = [(leg.met_at, leg) for leg in call.legs if leg.met_at is not None]
    if not talks:
        return
    begun_at, last = max(talks, key=lambda talk: talk[0])
    if last.ended_at is None or any(tried.hangup_asked_at for tried in last.tries):
        return
    if any(transfer.at >= begun_at for transfer in call.transfers):
        return
    to = channel.leg.extension or channel.leg.raw_number
    call.transfers.append(TransferState(TransferKind.REDIRECT, None, to, board.now, board.position))
    board.touch(call)


HANDLERS = {
    "ParkedCall": on_parked,
    "UnParkedCall": on_unparked,
    "ParkedCallGiveUp": on_give_up,
}
