"""The live board as the outside sees it: in REST answers and in push frames alike."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from crm_core.calls.agents.state import AgentState
from crm_core.calls.call_view import ClientRef
from crm_core.kernel.call_facts import CallStatus, Direction
from crm_core.kernel.frames import Frame


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class ServiceLevel(_View):
    """Of today's calls of a queue, how many were answered within so many seconds of entering it."""

    seconds: int
    within: int
    offered: int


class BoardQueue(_View):
    """One queue: who waits now, and what became of today's callers.

    `answered` and `abandoned` count the calls of today that were in this queue by the call's
    result; the journal counts the same with the same conditions.
    """

    pbx: str
    name: str
    waiting: int
    longest_since: datetime | None
    answered: int
    abandoned: int
    service: ServiceLevel
    members_ready: int
    members_paused: int


class BoardAgent(_View):
    """One of our people at a phone. `since` is when this state was first seen."""

    user_id: UUID
    name: str
    extension: str
    state: AgentState
    since: datetime
    pause_reason: str | None
    call_id: UUID | None
    queues: tuple[str, ...]


class BoardCall(_View):
    """A call that goes on."""

    id: UUID
    pbx: str
    direction: Direction
    status: CallStatus
    number: str | None
    is_withheld: bool
    client: ClientRef | None
    queue: str | None
    agents: tuple[str, ...]
    started_at: datetime
    answered_at: datetime | None


class PopFigures(_View):
    """Ring to painted, of today's ended calls: cards sent, painted, and in how many ms.

    `calls_unpainted`: calls of which at least one card was never seen.
    """

    sent: int
    painted: int
    calls_unpainted: int
    p50_ms: float | None
    p95_ms: float | None


class BoardGap(_View):
    """A stretch of today in which a PBX may not have been heard: figures may be incomplete."""

    pbx: str
    from_at: datetime
    to_at: datetime | None
    recovery: Literal["none", "pending", "done", "failed"]
    recovered: int = Field(description="Calls that the PBX's own records gave back.")
    without_agent: int = Field(description="Of these, those of no phone of ours.")


class BoardLink(_View):
    """Whether a PBX is heard now."""

    pbx: str
    is_up: bool
    since: datetime


class BoardTotals(_View):
    """The figures of today over everything that one may see."""

    answered: int
    missed: int
    pop: PopFigures


class BoardView(_View):
    """All of it at one moment. `day_from` is when today began; `gaps` are its holes."""

    at: datetime
    day_from: datetime
    scope: Literal["own", "team", "all"]
    answered: int
    missed: int
    queues: tuple[BoardQueue, ...]
    agents: tuple[BoardAgent, ...]
    calls: tuple[BoardCall, ...]
    links: tuple[BoardLink, ...]
    gaps: tuple[BoardGap, ...]
    pop: PopFigures

    @property
    def totals(self) -> BoardTotals:
        """The figures of today by themselves."""
        return BoardTotals(answered=self.answered, missed=self.missed, pop=self.pop)


class BoardSnapshotFrame(Frame):
    """The whole board again: told to who watches it, when anything on it has changed."""

    type: Literal["board.snapshot"] = "board.snapshot"
    board: BoardView
