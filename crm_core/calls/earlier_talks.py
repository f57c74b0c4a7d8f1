"""Who spoke with a caller before, and whether we owe them a call: read while the line waits.

Only so many of the latest calls are looked at, also of a number that calls all day long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Integer, String, Uuid, bindparam, column, text

from crm_core.kernel.columns import UtcDateTime
from crm_core.kernel.ring import RingReader

RECENT_CALLS = 50

_EARLIER = (
    text("""
WITH recent AS (
    SELECT * FROM (
        SELECT id, started_at, result, handled_by_user_id FROM call
        WHERE number = :number AND merged_into IS NULL
        ORDER BY started_at DESC LIMIT :recent) by_number
    UNION
    SELECT * FROM (
        SELECT id, started_at, result, handled_by_user_id FROM call
        WHERE client_id = :client AND merged_into IS NULL
        ORDER BY started_at DESC LIMIT :recent) by_client
)
SELECT 'talk' AS kind, handled_by_user_id AS id, started_at AS at FROM recent
WHERE result = 'answered' AND handled_by_user_id IS NOT NULL
UNION ALL
SELECT 'debt', id, opened_at FROM missed_call
WHERE client_id = :client AND state = 'outstanding'
UNION ALL
SELECT 'debt', id, opened_at FROM missed_call
WHERE client_id IS NULL AND number = :number AND state = 'outstanding'
ORDER BY at DESC
""")
    .bindparams(
        bindparam("number", type_=String),
        bindparam("client", type_=Uuid),
        bindparam("recent", RECENT_CALLS, type_=Integer),
    )
    .columns(column("kind", String), column("id", Uuid), column("at", UtcDateTime))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTalks:
    """Who spoke with the caller, the latest first; and whether somebody is to ring back."""

    user_ids: Sequence[UUID]
    is_owed_a_call: bool


async def earlier_talks(ring: RingReader, number: str, client_id: UUID | None) -> EarlierTalks:
    """Return what was before with this number, and with the client if it is theirs alone."""
    rows = await ring.fetch(_EARLIER, {"number": number, "client": client_id})
    return EarlierTalks(
        user_ids=list(dict.fromkeys(row.id for row in rows if row.kind == "talk")),
        is_owed_a_call=any(row.kind == "debt" for row in rows),
    )
