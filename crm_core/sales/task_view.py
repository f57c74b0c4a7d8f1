"""Tasks as the outside gives and sees them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from crm_core.records.client_view import Named

TaskKind = Literal["call", "meeting", "letter", "to_do", "callback", "promise"]
TaskOutcome = Literal["done", "cancelled"]
TaskState = Literal["open", "done", "all"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class TaskDraft(_Model):
    """A task that is to be made; without an assignee it is one's own.

    `id` is chosen by who asks, so that asking twice makes one task. `is_for_team`: nobody in
    particular, whoever of the team comes first.
    """

    id: UUID | None = None
    kind: TaskKind = "call"
    title: str
    comment: str | None = None
    due_at: datetime
    is_all_day: bool = False
    assignee_id: UUID | None = None
    is_for_team: bool = False
    client_id: UUID | None = None
    deal_id: UUID | None = None
    call_id: UUID | None = None
    number: str | None = None


class TaskChanges(_Model):
    """What is to be changed; what was not set stays."""

    kind: TaskKind = "call"
    title: str = ""
    comment: str | None = None
    due_at: datetime | None = None
    is_all_day: bool = False
    assignee_id: UUID | None = None


class TaskView(_Model):
    """A task. `client` and `deal` are null also where the one who asks may not know of them.

    `made_by` is "user", "promise", or "missed_call" for a call-back that made itself; `times` is
    then how many unanswered calls it stands for.
    """

    id: UUID
    kind: TaskKind
    title: str
    comment: str | None
    due_at: datetime
    is_all_day: bool
    assignee: Named | None
    client: Named | None
    deal: Named | None
    call_id: UUID | None
    number: str | None
    made_by: str
    times: int
    done_at: datetime | None
    done_by: Named | None
    outcome: TaskOutcome | None
    version: int
    created_at: datetime


class TaskCounts(_Model):
    """How many open tasks of one's own wait: due before today began, and due today."""

    overdue: int
    today: int
