"""Promises as they are shown."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, computed_field

from crm_core.records.client_view import Named

PromiseState = Literal["open", "kept", "kept_late", "broken", "withdrawn"]
PromiseFilter = Literal["open", "kept", "kept_late", "broken", "withdrawn", "all"]
SettledBy = Literal["call", "task", "person"]


class PromiseView(BaseModel):
    """What was promised, by whom and until when, and whether it was kept.

    `broken`: the time has passed and nobody has rung; who rings after all has `kept_late`.
    `second` is the place in the call's recording, from the answer on.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    call_id: UUID
    client: Named | None
    number: str | None
    second: float
    text: str
    made_at: datetime
    made_by: Named | None
    due_at: datetime
    task_id: UUID | None
    state: PromiseState
    settled_at: datetime | None
    settled_by: SettledBy | None
    settled_by_call_id: UUID | None


class TeamPromises(BaseModel):
    """How a team stands by its word: promises by what became of them.

    `made` is the sum of the others; `kept_share`, 0 to 1, is of those whose time has come and that
    were not taken back.
    """

    model_config = ConfigDict(frozen=True)

    team: Named
    made: int
    kept: int
    kept_late: int
    broken: int
    open: int
    withdrawn: int

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorated property
    @property
    def kept_share(self) -> float | None:
        """None as long as nothing was due."""
        due = self.kept + self.kept_late + self.broken
        return round(self.kept / due, 3) if due else None
