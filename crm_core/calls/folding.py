"""Folding: what was written on a consultation belongs to the client's call that it became."""

from collections.abc import Mapping
from uuid import UUID

from sqlmodel import col, select

from crm_core.calls.tables import Call
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.events import RecordChanged


async def move_notes(unit: UnitOfWork, folded: Mapping[UUID, UUID]) -> None:
    """Move notes and results of folded calls to their survivors; a second time finds none.

    `folded` gives the survivor of each. Nothing is thrown away: a note goes below the one that is
    there, and a result that was chosen for the survivor stands.
    """
    query = select(Call).where(col(Call.id).in_({*folded, *folded.values()})).with_for_update()
    calls = {call.id: call for call in (await unit.session.exec(query)).all()}
    for folded_id, survivor_id in folded.items():
        source, target = calls.get(folded_id), calls.get(survivor_id)
        if source is None or target is None or not (source.note or source.disposition):
            continue
        target.disposition = target.disposition or source.disposition
        source.disposition = None
        if source.note:
            target.note = "\n".join(text for text in (target.note, source.note) if text)
            target.note_author_id = target.note_author_id or source.note_author_id
            target.note_version += 1
            source.note = ""
            source.note_version += 1
        unit.session.add_all([source, target])
        unit.publish(RecordChanged(at=utc_now(), kind="call", record_id=survivor_id))
    await unit.session.flush()
