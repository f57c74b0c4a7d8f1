"""A timeline goes back page by page, newest first."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from crm_core.kernel.paging import InvalidCursor, write_cursor
from crm_core.records.tables import Activity
from crm_core.records.timeline import list_entries
from tests.unit.records.office import Office

NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def happen(office: Office, record_id: UUID, *seconds: int) -> None:
    """Let something happen at these moments; some of them may be the same."""
    async with office.database.write() as unit:
        for second in seconds:
            unit.session.add(
                Activity(
                    id=uuid4(),
                    record_id=record_id,
                    source_id=uuid4(),
                    kind="call" if second % 2 else "change",
                    at=NOON + timedelta(seconds=second),
                )
            )


async def test_pages_neither_lose_nor_double_what_happened_at_one_moment(office: Office) -> None:
    anna = await office.hire("anna")
    client = await office.add(anna, "Иванов")
    other = await office.add(anna, "Петров")
    await happen(office, client.id, 5, 5, 5, 5, 5, 1, 2, 3, 9, 9)
    await happen(office, other.id, 1, 2, 3)
    whole = await office.timeline(client.id, limit=200)

    seen: list[UUID] = []
    cursor = None
    async with office.database.read() as session:
        while True:
            page = await list_entries(session, client.id, limit=3, cursor=cursor)
            seen += [entry.id for entry in page.items]
            if (cursor := page.next_cursor) is None:
                break

    assert seen == [entry.id for entry in whole]
    assert len(set(seen)) == 11  # ten things happened, after the client was made
    assert [entry.at for entry in whole] == sorted((e.at for e in whole), reverse=True)


async def test_a_timeline_can_be_asked_for_some_kinds_alone(office: Office) -> None:
    anna = await office.hire("anna")
    client = await office.add(anna, "Иванов")
    await happen(office, client.id, 1, 2, 3)

    calls = await office.timeline(client.id, kinds=["call"])
    both = await office.timeline(client.id, kinds=["call", "change"])

    assert [entry.kind for entry in calls] == ["call", "call"]
    assert len(both) == 4
    assert await office.timeline(client.id, kinds=["note"]) == []


async def test_a_place_in_another_list_is_none_here(office: Office) -> None:
    anna = await office.hire("anna")
    client = await office.add(anna, "Иванов")

    for cursor in ("x", write_cursor("calls", NOON, uuid4())):
        with pytest.raises(InvalidCursor):
            await office.timeline(client.id, cursor=cursor)
