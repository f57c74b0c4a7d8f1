"""The ends of one call that goes on, for whoever is to end it or pass it on. Changes nothing."""

from uuid import UUID

from crm_core.calls.control import LiveChannel
from telephony.tracker.bridges import reach
from telephony.tracker.channels import UP
from telephony.tracker.model import CallState, Channel
from telephony.tracker.names import Kind
from telephony.tracker.switchboard import Switchboard


def channels_of(board: Switchboard, call_id: UUID) -> list[LiveChannel]:
    """Its real lines, in the order in which they came; halves of Local pairs are nobody."""
    call = next((call for call in board.living() if call.call_id == call_id), None)
    if call is None:
        return []
    return [
        _live(channel, call)
        for channel in call.live
        if channel.kind is not Kind.LOCAL and channel.gone_at is None
    ]


def _live(channel: Channel, call: CallState) -> LiveChannel:
    heard = [one for one in reach(channel) if one is not channel and one.kind is not Kind.LOCAL]
    return LiveChannel(
        name=channel.name,
        extension=channel.line.extension if channel.kind is Kind.OURS else None,
        is_far=channel in call.far,
        is_up=channel.state == UP or channel.up_at is not None,
        is_dialled=channel.is_dialled,
        hears=tuple(one.name for one in heard),
    )
