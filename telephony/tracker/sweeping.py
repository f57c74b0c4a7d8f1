"""No call stays open for ever: what should have gone long ago is gone.

A Hangup can be lost with the link or by a PBX that drops events. Each rule needs evidence, and a
second or more of patience, so that no living call is ever swept.
"""

from datetime import timedelta

from telephony.ami_event import AmiEvent
from telephony.tracker import channels, reconciliation
from telephony.tracker.model import CallState, Channel
from telephony.tracker.names import Kind
from telephony.tracker.switchboard import Switchboard

PATIENCE = timedelta(seconds=10)
ALONE = timedelta(seconds=60)
ORPHAN = timedelta(seconds=60)
LIST_PATIENCE = timedelta(seconds=60)  # after that the PBX will not tell what lives
DAY = timedelta(hours=24)
AT_ONCE = 500  # calls; where more live, each is looked at in its turn: phones are waiting to ring
ROUND_TICKS = 10


def on_tick(board: Switchboard, ami: AmiEvent) -> None:
    """Once a second while calls live."""
    board.clear_out()
    if board.list_awaited_since and board.now - board.list_awaited_since > LIST_PATIENCE:
        reconciliation.take_last_words(board)
    for call in board.next_living(max(AT_ONCE, len(board.living()) // ROUND_TICKS)):
        for channel in list(call.live):
            _sweep_channel(board, call, channel)
        _sweep_call(board, call)


def _sweep_channel(board: Switchboard, call: CallState, channel: Channel) -> None:
    now = board.now
    if channel.cdr_at is not None and now - channel.cdr_at > PATIENCE:
        channels.gone(board, channel, channel.cdr_at)  # its record was written, so it is over
    elif channel.kind is Kind.LOCAL and channel.partner is not None:
        ended_at = channel.partner.gone_at
        if ended_at is not None and now - ended_at > PATIENCE:
            channels.gone(board, channel, ended_at)
    elif channel.parent is not None and channel.answered_at is None:
        ended_at = channel.parent.gone_at
        if ended_at is not None and now - ended_at > PATIENCE:
            channels.gone(board, channel, ended_at)
    elif channel.answered_at is not None and _is_alone(channel):
        ended_at = max((far.gone_at for far in call.far if far.gone_at), default=None)
        if ended_at and now - ended_at > ALONE and all(far.gone_at for far in call.far):
            channels.gone(board, channel, ended_at)


def _is_alone(channel: Channel) -> bool:
    return channel.bridge is None or len(channel.bridge.members) < 2


def _sweep_call(board: Switchboard, call: CallState) -> None:
    """Calls never understood are dropped; one that nothing was heard of for a day is over."""
    if call.ended_at is not None:
        return
    if not call.is_known and board.now - call.started_at > ORPHAN:
        for channel in list(call.live):
            channels.gone(board, channel, board.now)
        channels.end(board, call, board.now)
    elif board.now - (call.changed_at or call.started_at) > DAY:
        call.is_recovered = True
        for channel in list(call.live):
            channels.gone(board, channel, call.changed_at or call.started_at)
        channels.end(board, call, call.changed_at or call.started_at)


HANDLERS = {"AlloTick": on_tick}
