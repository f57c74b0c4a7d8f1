"""What has changed on the board since it was last told: most of a busy floor stays as it was."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, TypeVar

from crm_core.insight.board_view import (
    BoardAgent,
    BoardCall,
    BoardGap,
    BoardLink,
    BoardQueue,
    BoardTotals,
    BoardView,
)
from crm_core.kernel.frames import Frame

Row = TypeVar("Row", BoardQueue, BoardAgent, BoardCall)


class BoardChangedFrame(Frame):
    """What is different now; what is null stays. Rows are told whole, and which are gone by key.

    The key of a queue is `pbx/name`, of an agent `user_id/extension`, of a call its id. Frames
    count on: a tab that misses one asks for the whole again.
    """

    type: Literal["board.changed"] = "board.changed"
    at: datetime
    totals: BoardTotals | None
    queues: tuple[BoardQueue, ...]
    agents: tuple[BoardAgent, ...]
    calls: tuple[BoardCall, ...]
    gone: tuple[str, ...]
    links: tuple[BoardLink, ...] | None
    gaps: tuple[BoardGap, ...] | None


def key_of_queue(queue: BoardQueue) -> str:
    """Which queue it is."""
    return f"{queue.pbx}/{queue.name}"


def key_of_agent(agent: BoardAgent) -> str:
    """Whose phone it is."""
    return f"{agent.user_id}/{agent.extension}"


def key_of_call(call: BoardCall) -> str:
    """Which call it is."""
    return str(call.id)


def changes_between(before: BoardView, after: BoardView) -> BoardChangedFrame | None:
    """Return what leads from one to the other; None: tell the whole, it is another day or reach."""
    if (before.scope, before.day_from) != (after.scope, after.day_from):
        return None
    queues, gone_queues = _rows(before.queues, after.queues, key_of_queue)
    agents, gone_agents = _rows(before.agents, after.agents, key_of_agent)
    calls, gone_calls = _rows(before.calls, after.calls, key_of_call)
    return BoardChangedFrame(
        at=after.at,
        totals=after.totals if after.totals != before.totals else None,
        queues=queues,
        agents=agents,
        calls=calls,
        gone=(*gone_queues, *gone_agents, *gone_calls),
        links=after.links if after.links != before.links else None,
        gaps=after.gaps if after.gaps != before.gaps else None,
    )


def _rows(
    before: Sequence[Row], after: Sequence[Row], key_of: Callable[[Row], str]
) -> tuple[tuple[Row, ...], list[str]]:
    known = {key_of(row): row for row in before}
    there = {key_of(row) for row in after}
    changed = tuple(row for row in after if known.get(key_of(row)) != row)
    return changed, [key for key in known if key not in there]
