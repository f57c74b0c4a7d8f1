"""Pipelines as the outside gives and sees them."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

StageKind = Literal["open", "won", "lost"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class StageView(_Model):
    """One step of a pipeline. `norm_days`: a deal that stays longer is told as late."""

    id: UUID
    name: str
    position: int
    kind: StageKind
    norm_days: int | None
    is_active: bool


class PipelineView(_Model):
    """A pipeline and its stages in their order; those put away come last."""

    id: UUID
    name: str
    position: int
    is_active: bool
    version: int
    stages: tuple[StageView, ...]


class StageDraft(_Model):
    """An open stage as somebody wants it; without `id` it is a new one."""

    id: UUID | None = None
    name: str
    norm_days: int | None = None


class PipelineChanges(_Model):
    """What is to be changed; what was not set stays.

    `stages` are all open stages in their order: one that is missing is put away, and `moves` says
    into which stage its open deals go.
    """

    name: str = ""
    position: int = 0
    is_active: bool = True
    stages: tuple[StageDraft, ...] = ()
    moves: dict[UUID, UUID] = {}
