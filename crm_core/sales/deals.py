"""Deals: making, changing, moving and reading them. Nothing here commits."""

from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.choices import check_currency
from crm_core.access.office import get_office
from crm_core.access.permissions import Person, Rights
from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.text import clean_text
from crm_core.records.tables import Record
from crm_core.sales.deal_moves import add_deal_activity, put_into_stage
from crm_core.sales.deal_view import DealChanges, DealDraft
from crm_core.sales.links import demand_client, demand_user
from crm_core.sales.tables import Deal, Pipeline, Stage

TITLE_LIMIT = 300
REASON_LIMIT = 500
AMOUNT_LIMIT = 10**15  # ten thousand billion roubles: more is a slip of the keyboard


class DealDesk:
    """What one person does with deals, in one unit of work."""

    def __init__(self, unit: UnitOfWork, person: Person, rights: Rights) -> None:
        self._unit = unit
        self._person = person
        self._rights = rights

    async def create(self, draft: DealDraft) -> UUID:
        """Make a deal of the person's team; gives its id."""
        await self._rights.demand(self._person, "create", "deal")
        title = _title(draft.title)
        await demand_client(self._unit.session, self._person, self._rights, draft.client_id)
        stage = await self._first_stage(draft.stage_id)
        owner_id = draft.owner_id or self._person.user_id
        await demand_user(self._unit.session, owner_id, "owner_id")
        now, deal_id = utc_now(), uuid4()
        team_id = self._person.team_id or DEFAULT_TEAM_ID
        shared: dict[str, Any] = {
            "id": deal_id,
            "title": title,
            "owner_id": owner_id,
            "team_id": team_id,
        }
        self._unit.session.add(Record(kind="deal", created_at=now, updated_at=now, **shared))
        await self._unit.session.flush()
        deal = Deal(
            **shared,
            search_text=title.lower(),
            client_id=draft.client_id,
            pipeline_id=stage.pipeline_id,
            stage_id=stage.id,
            amount_minor=_amount(draft.amount_minor),
            currency=await self._currency(draft.currency),
            expected_on=draft.expected_on,
            stage_since_at=now,
            created_at=now,
        )
        self._unit.session.add(deal)
        self._trace(deal, {"action": "created", "to": stage.name})
        await self._say(deal, "deal.created")
        return deal_id

    async def _currency(self, currency: str | None) -> str:
        """What was said, or what the office counts in."""
        if currency is None:
            return (await get_office(self._unit.session)).currency
        check_currency(currency)
        return currency

    async def change(self, deal_id: UUID, version: int, changes: DealChanges) -> None:
        """Change what `changes` has set, if nobody else has changed the deal since `version`."""
        deal, record = await self._find(deal_id, version)
        before = _shown(deal)
        for field in changes.model_fields_set:
            await self._set(deal, record, field, getattr(changes, field))
        fields = {
            field: {"from": before[field], "to": value}
            for field, value in _shown(deal).items()
            if before[field] != value
        }
        if not fields:
            return
        self._keep(deal, record)
        self._trace(deal, {"action": "changed", "fields": fields})
        await self._say(deal, "deal.changed", fields=sorted(fields))

    async def move(
        self,
        deal_id: UUID,
        stage_id: UUID,
        *,
        version: int | None = None,
        lost_reason: str | None = None,
    ) -> None:
        """Put a deal into another stage. Whoever loses a deal says why."""
        deal, record = await self._find(deal_id, version)
        before = await self._unit.session.get(Stage, deal.stage_id)
        after = await self._unit.session.get(Stage, stage_id)
        if before is None or after is None or not after.is_active:
            raise InvalidValue("stage_id", "there is no such stage")
        if after.id == before.id:
            return
        if after.kind == "lost":
            deal.lost_reason = clean_text(lost_reason or "", limit=REASON_LIMIT) or None
            if deal.lost_reason is None:
                raise InvalidValue("lost_reason", "say why the deal was lost")
        put_into_stage(self._unit, deal, before, after, by=self._person.user_id)
        self._keep(deal, record)
        await self._say(deal, "deal.moved", stage=after.name)

    async def _find(self, deal_id: UUID, version: int | None) -> tuple[Deal, Record]:
        deal, record = await get_deal(
            self._unit.session, self._person, self._rights, deal_id, action="update"
        )
        if version is not None and record.version != version:
            raise Conflict("Somebody else has changed this deal meanwhile.")
        return deal, record

    async def _first_stage(self, stage_id: UUID | None) -> Stage:
        """The chosen open stage, or the first of the first pipeline in use."""
        query = (
            select(Stage)
            .join(Pipeline, col(Pipeline.id) == col(Stage.pipeline_id))
            .where(col(Pipeline.is_active), col(Stage.is_active), Stage.kind == "open")
            .order_by(col(Pipeline.position), col(Stage.position))
        )
        if stage_id is not None:
            query = query.where(Stage.id == stage_id)
        stage = (await self._unit.session.exec(query)).first()
        if stage is None:
            raise InvalidValue("stage_id", "there is no such stage for an open deal")
        return stage

    async def _set(self, deal: Deal, record: Record, field: str, value: Any) -> None:
        match field:
            case "title":
                deal.title = record.title = _title(value)
                deal.search_text = deal.title.lower()
            case "client_id":
                await demand_client(self._unit.session, self._person, self._rights, value)
                deal.client_id = value
            case "amount_minor":
                deal.amount_minor = _amount(value)
            case "currency":
                deal.currency = await self._currency(value)
            case "expected_on":
                deal.expected_on = value
            case "owner_id":
                await demand_user(self._unit.session, value, "owner_id")
                deal.owner_id = record.owner_id = value

    def _keep(self, deal: Deal, record: Record) -> None:
        record.version += 1
        record.updated_at = utc_now()
        self._unit.session.add_all([deal, record])

    def _trace(self, deal: Deal, change: dict[str, Any]) -> None:
        add_deal_activity(self._unit, deal, by=self._person.user_id, change=change)

    async def _say(self, deal: Deal, what: str, **details: Any) -> None:
        await self._unit.session.flush()
        write_audit(
            self._unit, what, by=self._person.user_id, on=("deal", deal.id), details=details
        )
        if what != "deal.moved":  # the move has told of itself
            self._unit.tell(what, deal.id, details)
        self._unit.publish(RecordChanged(at=utc_now(), kind="deal", record_id=deal.id))
        if deal.client_id:  # cards of a ringing client show the deal
            self._unit.publish(RecordChanged(at=utc_now(), kind="client", record_id=deal.client_id))


async def get_deal(
    session: AsyncSession, person: Person, rights: Rights, deal_id: UUID, *, action: str = "read"
) -> tuple[Deal, Record]:
    """Return a deal and its record; who may not know of it learns nothing."""
    query = (
        select(Deal, Record).join(Record, col(Record.id) == col(Deal.id)).where(Deal.id == deal_id)
    )
    if action != "read":
        query = query.with_for_update(of=Record)
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound("no such deal")
    await rights.demand(person, action, found[1])
    return found


def _title(text: str) -> str:
    title = " ".join(clean_text(text, limit=TITLE_LIMIT).split())
    if not title:
        raise InvalidValue("title", "a deal needs a name")
    return title


def _amount(amount: int | None) -> int | None:
    if amount is not None and not 0 <= amount <= AMOUNT_LIMIT:
        raise InvalidValue("amount_minor", "a sum is not negative, and not beyond all money")
    return amount


def _shown(deal: Deal) -> dict[str, Any]:
    return {
        "title": deal.title,
        "client_id": _plain(deal.client_id),
        "amount_minor": deal.amount_minor,
        "currency": deal.currency,
        "expected_on": _plain(deal.expected_on),
        "owner_id": _plain(deal.owner_id),
    }


def _plain(value: object) -> str | None:
    return None if value is None else str(value)
