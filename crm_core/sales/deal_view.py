"""Deals as the outside gives and sees them."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from crm_core.records.client_view import Named
from crm_core.sales.pipeline_view import StageKind

DealStatus = Literal["open", "won", "lost"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class DealDraft(_Model):
    """A deal that is to be made; without a stage it begins in the first of the first pipeline."""

    title: str
    client_id: UUID | None = None
    stage_id: UUID | None = None
    amount_minor: int | None = None
    currency: str | None = None  # None: the office's
    expected_on: date | None = None
    owner_id: UUID | None = None


class DealChanges(_Model):
    """What is to be changed; what was not set stays. Stages are changed by moving."""

    title: str = ""
    client_id: UUID | None = None
    amount_minor: int | None = None
    currency: str = "RUB"
    expected_on: date | None = None
    owner_id: UUID | None = None


class DealStage(_Model):
    """Where a deal stands."""

    id: UUID
    name: str
    kind: StageKind
    position: int
    norm_days: int | None


class DealView(_Model):
    """A deal. `client` is null also where the one who asks may not know of it.

    `stage_since_at` is when it came into its stage, `next_task_at` when its next open task is due.
    """

    id: UUID
    title: str
    client: Named | None
    pipeline: Named
    stage: DealStage
    status: DealStatus
    amount_minor: int | None
    currency: str
    lost_reason: str | None
    expected_on: date | None
    owner: Named | None
    version: int
    stage_since_at: datetime
    next_task_at: datetime | None
    created_at: datetime
    closed_at: datetime | None


class CurrencySum(_Model):
    """A sum of money, with how many deals it is made of."""

    currency: str
    count: int
    amount_minor: int


class StageColumn(_Model):
    """One column of the board: how many deals there are in all, and the first of them."""

    stage: DealStage
    count: int
    sums: tuple[CurrencySum, ...]
    items: tuple[DealView, ...]
    next_cursor: str | None


class DealBoard(_Model):
    """A pipeline as a board."""

    pipeline: Named
    columns: tuple[StageColumn, ...]
