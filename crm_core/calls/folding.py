"""Folding: what was written on a consultation belongs to the client's call that it became."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update

from crm_core.calls.tables import Call
from crm_core.kernel.clock import utc_now
from crm_core.kernel.events import RecordChanged
from crm_core.kernel.telling import Telling
from crm_core.kernel.upsert import table_of

CALL = table_of(Call)
SAID = (CALL.c.disposition, CALL.c.note, CALL.c.note_version, CALL.c.note_author_id)


def move_notes(connection: Connection, telling: Telling, folded: Mapping[UUID, UUID]) -> None:
    """Move notes and results of folded calls to their survivors; a second time finds none.

    `folded` gives the survivor of each. Nothing is thrown away: a note goes below the one that is
    there, and a result that was chosen for the survivor stands.
    """
    calls = {*folded, *folded.values()}
    query = select(CALL.c.id, *SAID).where(CALL.c.id.in_(calls)).with_for_update()
    said: dict[UUID, dict[str, Any]] = {
        row.id: {**row._mapping} for row in connection.execute(query)
    }
    changed: set[UUID] = set()
    for folded_id, survivor_id in folded.items():
        source, target = said.get(folded_id), said.get(survivor_id)
        if source is None or target is None or not (source["note"] or source["disposition"]):
            continue
        _move(source, target)
        changed |= {folded_id, survivor_id}
        telling.publish(RecordChanged(at=utc_now(), kind="call", record_id=survivor_id))
    if changed:
        rows = [said[call_id] | {"of": call_id} for call_id in sorted(changed)]
        connection.execute(_WRITE, rows)


def _move(source: dict[str, Any], target: dict[str, Any]) -> None:
    target["disposition"] = target["disposition"] or source["disposition"]
    source["disposition"] = None
    if source["note"]:
        target["note"] = "\n".join(text for text in (target["note"], source["note"]) if text)
        target["note_author_id"] = target["note_author_id"] or source["note_author_id"]
        target["note_version"] += 1
        source["note"] = ""
        source["note_version"] += 1


_WRITE = (
    update(CALL)
    .where(CALL.c.id == bindparam("of"))
    .values({column: bindparam(column.name) for column in SAID})
)
