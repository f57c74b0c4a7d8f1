"""Notes are written on what one may read, and belong to whoever wrote them."""

from uuid import UUID, uuid4

import pytest

from crm_core.access.permissions import Person
from crm_core.access.tables import AuditEntry
from crm_core.kernel.errors import Conflict, Forbidden, InvalidValue, NotFound
from crm_core.records import notes
from crm_core.records.notes import NoteView
from crm_core.records.tables import Note
from tests.unit.access.people import a_person
from tests.unit.records.office import Office


async def write(office: Office, by: Person, on: UUID, text: str) -> NoteView:
    async with office.database.write() as unit:
        return await notes.create_note(unit, by, office.rights, on, text)


async def rewrite(
    office: Office, by: Person, note: UUID, text: str, version: int | None = None
) -> NoteView:
    async with office.database.write() as unit:
        return await notes.change_note(unit, by, office.rights, note, text=text, version=version)


async def delete(office: Office, by: Person, note: UUID) -> None:
    async with office.database.write() as unit:
        await notes.delete_note(unit, by, office.rights, note)


async def test_notes_stand_on_the_timeline_until_they_are_taken_away(office: Office) -> None:
    anna = await office.hire("anna")
    client = await office.add(anna, "Иванов")
    first = await write(office, anna, client.id, "  перезвонить\nво вторник ")
    second = await write(office, anna, client.id, "<script>alert(1)</script>")

    changed = await rewrite(office, anna, first.id, "в среду", version=1)
    shown = await office.timeline(client.id, kinds=["note"])
    await delete(office, anna, second.id)
    left = await office.timeline(client.id, kinds=["note"])

    assert (first.text, first.version) == ("перезвонить\nво вторник", 1)
    assert (changed.text, changed.version) == ("в среду", 2)
    assert [entry.note.text for entry in shown if entry.note] == [
        "<script>alert(1)</script>",
        "в среду",
    ]
    assert [entry.source_id for entry in left] == [first.id]
    audit = [row.action for row in await office.rows(AuditEntry)]
    assert audit[-1] == "note.deleted"


async def test_of_two_changes_over_one_version_the_second_is_told_the_first(
    office: Office,
) -> None:
    anna = await office.hire("anna")
    client = await office.add(anna, "Иванов")
    note = await write(office, anna, client.id, "раз")
    await rewrite(office, anna, note.id, "два", version=1)

    with pytest.raises(Conflict) as conflict:
        await rewrite(office, anna, note.id, "три", version=1)

    assert conflict.value.present == "два"


async def test_an_empty_note_says_nothing(office: Office) -> None:
    anna = await office.hire("anna")
    client = await office.add(anna, "Иванов")
    note = await write(office, anna, client.id, "раз")

    for text in ("", " \n ", "\u200b"):
        with pytest.raises(InvalidValue):
            await write(office, anna, client.id, text)
        with pytest.raises(InvalidValue):
            await rewrite(office, anna, note.id, text)


async def test_a_colleague_reads_a_note_and_does_not_touch_it(office: Office) -> None:
    anna, boris = await office.hire("anna"), await office.hire("boris")
    client = await office.add(anna, "Иванов")
    note = await write(office, anna, client.id, "моё")

    with pytest.raises(Forbidden):
        await rewrite(office, boris, note.id, "чужое")
    with pytest.raises(Forbidden):
        await delete(office, boris, note.id)
    assert [row.text for row in await office.rows(Note)] == ["моё"]


async def test_another_team_s_client_takes_no_note_and_shows_none(office: Office) -> None:
    anna = await office.hire("anna")
    boris = await office.hire("boris", team=await office.open_team("Север"))
    client = await office.add(anna, "Иванов")
    note = await write(office, anna, client.id, "моё")

    told = set()
    for on in (client.id, uuid4()):
        with pytest.raises(NotFound) as refused:
            await write(office, boris, on, "чужое")
        told.add(str(refused.value))
    for change in (rewrite(office, boris, note.id, "чужое"), delete(office, boris, note.id)):
        with pytest.raises(NotFound, match=r"^no such note$"):
            await change
    assert len(told) == 1
    assert [row.text for row in await office.rows(Note)] == ["моё"]


async def test_without_a_right_nobody_writes_a_note(office: Office) -> None:
    anna = await office.hire("anna")
    client = await office.add(anna, "Иванов")

    with pytest.raises((Forbidden, NotFound)):
        await write(office, a_person("guest"), client.id, "чужое")
    assert await office.rows(Note) == []
