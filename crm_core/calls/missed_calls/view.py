"""Debts of the missed-call ledger as they are shown."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from crm_core.records.client_view import Named
from crm_core.sales.deal_view import CurrencySum

DebtState = Literal["outstanding", "settled", "written_off"]
DebtFilter = Literal["outstanding", "settled", "written_off", "all"]
SettledHow = Literal["they_called", "we_called"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Claim(_Model):
    """Somebody is ringing them back just now; until then nobody else should."""

    user: Named
    until: datetime


class Settlement(_Model):
    """The talk that has paid the debt."""

    at: datetime
    call_id: UUID
    how: SettledHow


class WriteOff(_Model):
    """Who has given the debt up, and why."""

    at: datetime
    by: Named | None
    reason: str


class OpenDeals(_Model):
    """What is at stake: the client's open deals that the one who asks may know of."""

    count: int
    sums: tuple[CurrencySum, ...]


class MissedCallView(_Model):
    """A caller whom nobody answered. `client` is null also where one may not know of them.

    `waiting_seconds` goes from `since` to now, or to the end of the debt.
    """

    id: UUID
    state: DebtState
    client: Named | None
    number: str | None
    since: datetime
    last_called_at: datetime
    waiting_seconds: float
    times_called: int
    times_tried: int
    deals: OpenDeals
    assignee: Named | None
    team_id: UUID | None
    task_id: UUID | None
    pbx: str
    queue: str | None
    claim: Claim | None
    settled: Settlement | None
    written_off: WriteOff | None


class MissedCallBooks(_Model):
    """How the debts of a period stand: opened = settled + written_off + outstanding, always."""

    opened: int
    settled: int
    written_off: int
    outstanding: int
