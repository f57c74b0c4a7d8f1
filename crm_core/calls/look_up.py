"""Look-up: who has this number, and what happened with them last, in one statement.

The hot path of the house: it runs while a phone rings, against a million clients, so every part of
the statement is an index look-up and every count stops at a limit.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Float,
    Integer,
    String,
    TextClause,
    Uuid,
    bindparam,
    column,
    text,
)

from crm_core.calls.call_view import ClientRef
from crm_core.calls.card import (
    COUNT_LIMIT,
    CardClient,
    EarlierCalls,
    Found,
    LastChosen,
    LastContact,
    Match,
    MissedToday,
    OpenDeal,
    PendingTask,
    UserRef,
)
from crm_core.kernel.columns import JsonColumn, UtcDateTime
from crm_core.kernel.phone import Phone
from crm_core.kernel.ring import RingReader

MATCH_LIMIT = 20  # more than a chooser shows, so that the latest contacts are among them

# `found`: the exact number first, the client chosen for it last always among them; then the last
# ten digits, which count only if one client alone has them. `today`: the ended calls of today, of
# the number and of the only client who has it.
_SQL = """
WITH exact AS (
    SELECT * FROM (
        SELECT client_id, chosen_at, chosen_by FROM client_phone
        WHERE number = :number AND :chosen IS NULL ORDER BY client_id LIMIT :match_limit) few
    UNION
    SELECT * FROM (
        SELECT client_id, chosen_at, chosen_by FROM client_phone
        WHERE number = :number AND :chosen IS NULL AND chosen_at IS NOT NULL
        ORDER BY chosen_at DESC LIMIT 1) latest
), near AS (
    SELECT DISTINCT client_id FROM client_phone
    WHERE tail = :tail AND :chosen IS NULL AND NOT EXISTS (SELECT 1 FROM exact) LIMIT 2
), found AS (
    SELECT client_id, chosen_at, chosen_by FROM exact
    UNION ALL SELECT client_id, NULL, NULL FROM near WHERE (SELECT count(*) FROM near) = 1
    UNION ALL SELECT id, NULL, NULL FROM client WHERE id = :chosen
), today AS (
    SELECT * FROM (
        SELECT id, started_at, direction, result FROM call
        WHERE number = :number AND started_at >= :day
          AND ended_at IS NOT NULL AND merged_into IS NULL
        ORDER BY started_at DESC LIMIT :count_limit) by_number
    UNION
    SELECT * FROM (
        SELECT id, started_at, direction, result FROM call
        WHERE client_id IN (SELECT client_id FROM found) AND (SELECT count(*) FROM found) = 1
          AND started_at >= :day AND ended_at IS NOT NULL AND merged_into IS NULL
        ORDER BY started_at DESC LIMIT :count_limit) by_client
), missed AS (
    SELECT count(*) AS count, max(started_at) AS at FROM today
    WHERE direction = 'inbound' AND result <> 'answered' AND started_at > coalesce(
        (SELECT max(started_at) FROM today WHERE result = 'answered'), :before_day)
)
SELECT c.id, c.kind, c.name, c.greeting_name, c.position, c.is_vip, c.tags, c.city,
    o.id AS owner_id, o.name AS owner_name, w.id AS company_id, w.name AS company_name,
    lc.started_at AS last_at, lc.direction AS last_direction, lc.result AS last_result,
    lc.talk_seconds AS last_talk, lu.id AS last_user_id, lu.name AS last_user_name,
    nc.started_at AS number_at, nc.direction AS number_direction, nc.result AS number_result,
    nc.talk_seconds AS number_talk, nu.id AS number_user_id, nu.name AS number_user_name,
    nc.client_id AS number_client_id,
    missed.count AS missed_count, missed.at AS missed_at,
    CASE WHEN c.id IS NULL THEN (
        SELECT count(*) FROM (
            SELECT 1 FROM call WHERE number = :number AND ended_at IS NOT NULL
              AND merged_into IS NULL LIMIT :count_limit) known) ELSE 0 END AS earlier_count,
    d.id AS deal_id, d.title AS deal_title, d.amount_minor AS deal_amount,
    d.currency AS deal_currency, ds.name AS deal_stage,
    CASE WHEN d.id IS NULL THEN 0 ELSE (
        SELECT count(*) FROM (
            SELECT 1 FROM deal WHERE client_id = c.id AND status = 'open'
            LIMIT :count_limit) opened) END AS deal_count,
    t.id AS task_id, t.kind AS task_kind, t.title AS task_title, t.due_at AS task_due_at,
    t.is_all_day AS task_is_all_day,
    f.chosen_at, cu.id AS chosen_by_id, cu.name AS chosen_by_name
FROM missed
LEFT JOIN found f ON true
LEFT JOIN client c ON c.id = f.client_id
LEFT JOIN user_account cu ON cu.id = f.chosen_by
LEFT JOIN record r ON r.id = c.id
LEFT JOIN user_account o ON o.id = r.owner_id
LEFT JOIN client w ON w.id = (
    SELECT to_id FROM relation WHERE from_id = c.id AND type = 'works_at' ORDER BY id LIMIT 1)
LEFT JOIN call lc ON lc.id = (
    SELECT id FROM call WHERE client_id = c.id AND ended_at IS NOT NULL AND merged_into IS NULL
    ORDER BY started_at DESC LIMIT 1)
LEFT JOIN user_account lu ON lu.id = coalesce(lc.handled_by_user_id, lc.placed_by_user_id)
LEFT JOIN call nc ON nc.id = (
    SELECT id FROM call WHERE number = :number AND ended_at IS NOT NULL AND merged_into IS NULL
    ORDER BY started_at DESC LIMIT 1)
LEFT JOIN user_account nu ON nu.id = coalesce(nc.handled_by_user_id, nc.placed_by_user_id)
LEFT JOIN deal d ON d.id = (
    SELECT id FROM deal WHERE client_id = c.id AND status = 'open'
    ORDER BY created_at DESC LIMIT 1)
LEFT JOIN stage ds ON ds.id = d.stage_id
LEFT JOIN task t ON t.id = (
    SELECT id FROM task WHERE client_id = c.id AND done_at IS NULL ORDER BY due_at LIMIT 1)
"""


def _statement() -> TextClause:
    return text(_SQL).bindparams(
        bindparam("number", type_=String),
        bindparam("tail", type_=String),
        bindparam("chosen", type_=Uuid),
        bindparam("day", type_=UtcDateTime),
        bindparam("before_day", type_=UtcDateTime),
        bindparam("match_limit", MATCH_LIMIT, type_=Integer),
        bindparam("count_limit", COUNT_LIMIT, type_=Integer),
    )


# In the order of the statement: so SQLAlchemy works out once, not at each ring, what each one is.
_COLUMNS: tuple[tuple[str, Any], ...] = (
    *(("id", Uuid), ("kind", String), ("name", String), ("greeting_name", String)),
    *(("position", String), ("is_vip", Boolean), ("tags", JsonColumn), ("city", String)),
    *(("owner_id", Uuid), ("owner_name", String), ("company_id", Uuid), ("company_name", String)),
    *(("last_at", UtcDateTime), ("last_direction", String), ("last_result", String)),
    *(("last_talk", Float), ("last_user_id", Uuid), ("last_user_name", String)),
    *(("number_at", UtcDateTime), ("number_direction", String), ("number_result", String)),
    *(("number_talk", Float), ("number_user_id", Uuid), ("number_user_name", String)),
    *(("number_client_id", Uuid), ("missed_count", Integer), ("missed_at", UtcDateTime)),
    *(("earlier_count", Integer), ("deal_id", Uuid), ("deal_title", String)),
    *(("deal_amount", BigInteger), ("deal_currency", String), ("deal_stage", String)),
    *(("deal_count", Integer), ("task_id", Uuid), ("task_kind", String), ("task_title", String)),
    *(("task_due_at", UtcDateTime), ("task_is_all_day", Boolean), ("chosen_at", UtcDateTime)),
    *(("chosen_by_id", Uuid), ("chosen_by_name", String)),
)
_LOOK_UP = _statement().columns(*(column(name, kind) for name, kind in _COLUMNS))


def statement_text() -> str:
    """Return the statement as it is sent, for those who look at its plan."""
    return _SQL


async def look_up(
    ring: RingReader, phone: Phone, *, day: datetime, chosen: UUID | None = None
) -> Found:
    """Return who has the number, and what the card tells of them.

    `day` is the moment at which today began for the agent. `chosen` is the client whom somebody
    has picked for this call: then no other is looked for.
    """
    if phone.number is None and chosen is None:
        return Found()
    rows = await ring.fetch(
        _LOOK_UP,
        {
            "number": phone.number,
            "tail": phone.tail,
            "chosen": chosen,
            "day": day,
            "before_day": day,
        },
    )
    return _found(rows)


def _found(rows: Sequence[Any]) -> Found:
    if not rows:
        return Found()
    first = rows[0]
    matches = tuple(_match(row) for row in rows if row.id)
    number_contact = _contact(first, "number")
    owners = {match.client.id for match in matches}
    is_anothers = bool(owners) and first.number_client_id not in (None, *owners)
    return Found(
        matches=matches,
        number_contact=None if is_anothers else number_contact,
        missed_today=MissedToday(count=first.missed_count, at=first.missed_at)
        if first.missed_count
        else None,
        earlier_calls=EarlierCalls(count=first.earlier_count, at=number_contact.at)
        if first.earlier_count and number_contact
        else None,
    )


def _match(row: Any) -> Match:
    client = CardClient(
        id=row.id,
        kind=row.kind,
        name=row.name,
        greeting_name=row.greeting_name,
        company=ClientRef(id=row.company_id, name=row.company_name) if row.company_id else None,
        position=row.position,
        is_vip=row.is_vip,
        tags=tuple(row.tags or ()),
        city=row.city,
        owner=UserRef(id=row.owner_id, name=row.owner_name) if row.owner_id else None,
    )
    return Match(
        client=client,
        last_contact=_contact(row, "last"),
        open_deal=_deal(row) if row.deal_id else None,
        pending_task=_task(row) if row.task_id else None,
        chosen=_chosen(row) if row.chosen_at else None,
    )


def _chosen(row: Any) -> LastChosen:
    by = UserRef(id=row.chosen_by_id, name=row.chosen_by_name) if row.chosen_by_id else None
    return LastChosen(at=row.chosen_at, user=by)


def _deal(row: Any) -> OpenDeal:
    return OpenDeal(
        deal_id=row.deal_id,
        title=row.deal_title,
        amount_minor=row.deal_amount,
        currency=row.deal_currency,
        stage=row.deal_stage,
        count=row.deal_count,
    )


def _task(row: Any) -> PendingTask:
    return PendingTask(
        task_id=row.task_id,
        task_kind=row.task_kind,
        title=row.task_title,
        due_at=row.task_due_at,
        is_all_day=row.task_is_all_day,
    )


def _contact(row: Any, prefix: str) -> LastContact | None:
    at, user_id = getattr(row, f"{prefix}_at"), getattr(row, f"{prefix}_user_id")
    if at is None:
        return None
    return LastContact(
        at=at,
        direction=getattr(row, f"{prefix}_direction"),
        result=getattr(row, f"{prefix}_result"),
        user=UserRef(id=user_id, name=getattr(row, f"{prefix}_user_name")) if user_id else None,
        talk_seconds=getattr(row, f"{prefix}_talk"),
    )
