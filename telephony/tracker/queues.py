"""Queues: a caller's stays in them."""

from telephony.ami_event import AmiEvent
from telephony.tracker import calling
from telephony.tracker.model import Channel, VisitState
from telephony.tracker.names import NAME_LIMIT, text
from telephony.tracker.switchboard import Switchboard


def on_join(board: Switchboard, ami: AmiEvent) -> None:
    """A caller entered a queue."""
    channel, name = board.meet(ami), text(ami.get("Queue"), NAME_LIMIT)
    if channel is None or channel.gone_at is not None or name is None:
        return
    begin_visit(board, channel, name)


def begin_visit(board: Switchboard, channel: Channel, name: str) -> VisitState:
    """Note that a caller waits in a queue, once."""
    call = channel.call
    visit = call.open_visit
    if visit is None or visit.name != name:
        if visit is not None:
            visit.left_at = board.now
        visit = VisitState(name, channel, board.now)
        call.visits.append(visit)
        channel.cdr_at = None
        board.touch(call)
        calling.decide(board, call)
    return visit


def on_leave(board: Switchboard, ami: AmiEvent) -> None:
    """A caller left a queue: answered, given up, or timed out."""
    visit = _visit(board, ami)
    if visit is not None and visit.left_at is None:
        visit.left_at = board.now
        is_seen = visit.answered_at is None  # else the talk itself is told in a moment
        (board.touch if is_seen else board.note)(visit.channel.call)


def on_abandon(board: Switchboard, ami: AmiEvent) -> None:
    """Asterisk says so of time-outs as well; whether the caller left is seen at his channel."""
    visit = _visit(board, ami)
    if visit is not None and visit.abandoned_at is None:
        visit.abandoned_at = board.now
        board.note(visit.channel.call)


def on_connect(board: Switchboard, ami: AmiEvent) -> None:
    """An agent took the caller out of the queue."""
    visit = _visit(board, ami)
    if visit is not None and visit.answered_at is None:
        visit.answered_at = board.now
        board.note(visit.channel.call)


def _visit(board: Switchboard, ami: AmiEvent) -> VisitState | None:
    channel = board.known(ami)
    if channel is None:
        return None
    name = ami.get("Queue")
    visits = [visit for visit in channel.call.visits if visit.name == name]
    return visits[-1] if visits else None


HANDLERS = {
    "QueueCallerJoin": on_join,
    "QueueCallerLeave": on_leave,
    "QueueCallerAbandon": on_abandon,
    "AgentConnect": on_connect,
}
