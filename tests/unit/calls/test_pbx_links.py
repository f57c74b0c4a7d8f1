"""PBX links as rows: what is taken, what is refused, and what nobody is ever told."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from crm_core.access.tables import AuditEntry
from crm_core.calls.call_log import CallWriter
from crm_core.calls.pbx.left_links import leave_link
from crm_core.calls.pbx.link_tables import PbxLinkRow
from crm_core.calls.pbx.links import (
    LinkBook,
    PbxLinkInUse,
    list_links,
    read_links,
    shown_records_of,
)
from crm_core.calls.tables import Gap
from crm_core.kernel.call_facts import LinkGap
from crm_core.kernel.database import Database
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.secret_box import SecretBox
from tests.unit.calls.floor import NOON, Floor, moment
from tests.unit.calls.stored import only_call, whole_call

SECRET = "planted-and-quiet"
USUAL = {"name": "main", "host": "10.0.0.5", "port": 5038, "username": "allo", "secret": SECRET}


class Shelf:
    """The links of one office, as an administrator writes them."""

    def __init__(self, database: Database, box: SecretBox, by: UUID) -> None:
        self.database, self.box, self.by = database, box, by
        self.taped: set[str] = set()

    def _book(self, unit: Any) -> LinkBook:
        return LinkBook(unit, self.box, self.by, has_tape=self.taped.__contains__)

    async def add(self, **values: object) -> PbxLinkRow:
        async with self.database.write() as unit:
            return await self._book(unit).add({**USUAL, **values})

    async def change(self, row: PbxLinkRow, **changes: object) -> PbxLinkRow:
        async with self.database.write() as unit:
            return await self._book(unit).change(row.id, row.version, changes)

    async def remove(self, link_id: UUID) -> None:
        async with self.database.write() as unit:
            await self._book(unit).remove(link_id)

    async def secrets(self) -> list[str | None]:
        async with self.database.read() as session:
            found = await read_links(session, self.box)
        return [one.settings.secret.get_secret_value() if one.settings else None for one in found]

    async def rows(self) -> list[dict[str, Any]]:
        async with self.database.read() as session:
            return [row.model_dump() for row in await list_links(session)]

    async def audit(self) -> list[AuditEntry]:
        async with self.database.read() as session:
            entries = (await session.exec(select(AuditEntry))).all()
        return [entry for entry in entries if entry.object_kind == "pbx_link"]


@pytest.fixture
async def shelf(floor: Floor, tmp_path: Path) -> Shelf:
    chief = await floor.hire("Ольга", "100")
    return Shelf(floor.database, SecretBox(tmp_path / "secrets.key"), chief)


async def test_a_link_is_kept_and_its_secret_is_read_by_those_who_connect(shelf: Shelf) -> None:
    row = await shelf.add(trunks=["PJSIP/provider"])

    (settings,) = [one.settings for one in await _read(shelf)]
    assert settings is not None
    assert settings.secret.get_secret_value() == SECRET
    assert (settings.name, settings.trunks) == ("main", ("PJSIP/provider",))
    assert (row.version, row.is_enabled) == (1, True)


async def test_the_password_of_the_call_records_is_kept_while_its_address_is_shown(
    shelf: Shelf,
) -> None:
    address = "postgresql://freepbx:planted-too@10.0.0.5/asteriskcdrdb"
    row = await shelf.add(call_records=address)
    shown = shown_records_of(row, shelf.box)
    assert "planted" not in shown + repr(row)
    row = await shelf.change(row, call_records=shown, username="crm")
    (settings,) = [one.settings for one in await _read(shelf)]
    assert settings is not None
    assert settings.call_records is not None
    assert settings.call_records.get_secret_value() == address
    row = await shelf.change(row, call_records="")
    assert (await _read(shelf))[0].settings.call_records is None
    assert "planted" not in repr([entry.details for entry in await shelf.audit()])


async def _read(shelf: Shelf) -> Any:
    async with shelf.database.read() as session:
        return await read_links(session, shelf.box)


async def test_neither_row_nor_audit_nor_repr_holds_a_secret(shelf: Shelf) -> None:
    row = await shelf.add()
    row = await shelf.change(row, secret="planted-anew", port=5039)
    await shelf.remove(row.id)
    entries = await shelf.audit()

    assert [entry.action for entry in entries] == [
        "pbx_link.created",
        "pbx_link.changed",
        "pbx_link.deleted",
    ]
    told = repr([entry.details for entry in entries]) + repr(row) + repr(await _read(shelf))
    assert "planted" not in told
    assert "sealed" not in repr([entry.details for entry in entries])
    assert entries[1].details["is_secret_new"] is True


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 65),
        ("name", "main\r\nAction: Originate"),
        ("host", "http://10.0.0.5/"),
        ("host", "10.0.0.5 evil"),
        ("host", "a\nb"),
        ("port", 0),
        ("port", 70_000),
        ("username", "allo\r\nAction: Command"),
        ("secret", ""),
        ("secret", "a\r\nb"),
        ("region", "ZZ"),
        ("extension_pattern", "("),
        ("extension_pattern", "(a+)+"),
        ("trunks", ["PJSIP/\r\n"]),
        ("trunks", ["x"] * 101),
        ("call_records", "Master.csv"),
        ("call_records", "http://10.0.0.5/cdr"),
        ("call_records", "mysql://u:p@h/"),
        ("call_records", "/var/log\r\nx"),
    ],
)
async def test_what_cannot_be_a_link_is_refused_by_its_field(
    shelf: Shelf, field: str, value: object
) -> None:
    with pytest.raises(InvalidValue) as refused:
        await shelf.add(**{field: value})

    assert refused.value.field == field
    assert SECRET not in str(refused.value)
    assert await shelf.rows() == []


async def test_a_secret_that_is_not_typed_anew_stays(shelf: Shelf) -> None:
    row = await shelf.add()

    row = await shelf.change(row, username="crm", is_enabled=False, region="KZ")

    assert await shelf.secrets() == [SECRET]
    assert (row.username, row.is_enabled, row.region, row.version) == ("crm", False, "KZ", 2)


@pytest.mark.parametrize("change", [{"host": "evil.example.org"}, {"port": 5039}])
async def test_a_secret_is_never_sent_to_another_address(
    shelf: Shelf, change: dict[str, object]
) -> None:
    row = await shelf.add()
    before = await shelf.rows()

    with pytest.raises(InvalidValue) as refused:
        await shelf.change(row, **change)

    assert refused.value.field == "secret"
    assert await shelf.rows() == before
    await shelf.change(row, **change, secret="another")
    assert await shelf.secrets() == ["another"]


async def test_a_secret_whose_key_is_lost_has_to_be_typed_anew(shelf: Shelf) -> None:
    row = await shelf.add()
    shelf.box.key_file.unlink()

    assert await shelf.secrets() == [None]
    with pytest.raises(InvalidValue) as refused:
        await shelf.change(row, username="crm")
    assert refused.value.field == "secret"
    await shelf.change(row, secret="another")
    assert await shelf.secrets() == ["another"]


async def test_two_links_have_two_names_and_two_writers_do_not_overwrite(shelf: Shelf) -> None:
    row = await shelf.add()
    other = await shelf.add(name="south")

    with pytest.raises(Conflict):
        await shelf.add()
    with pytest.raises(Conflict):
        await shelf.change(other, name="main")
    changed = await shelf.change(row, username="crm")
    row.version = 1
    with pytest.raises(Conflict):
        await shelf.change(row, username="late")
    assert changed.username == "crm"
    with pytest.raises(NotFound):
        await shelf.remove(uuid4())


async def test_a_name_that_nothing_knows_yet_may_be_mended(shelf: Shelf) -> None:
    row = await shelf.add(name="mian")

    assert (await shelf.change(row, name="north")).name == "north"


@pytest.mark.parametrize("known_by", ["calls", "a tape", "phones"])
async def test_a_name_that_something_knows_is_for_good(
    shelf: Shelf, floor: Floor, writer: CallWriter, known_by: str
) -> None:
    name = "main" if known_by in ("calls", "phones") else "south"
    if known_by == "calls":
        writer.put("main", whole_call())
        await writer.flush()
    if known_by == "a tape":
        shelf.taped.add(name)
    row = await shelf.add(name=name)

    with pytest.raises(PbxLinkInUse):
        await shelf.change(row, name="other")
    assert [one["name"] for one in await shelf.rows()] == [name]


async def test_what_seems_to_go_on_at_a_pbx_that_was_left_is_ended(
    floor: Floor, writer: CallWriter
) -> None:
    await floor.hire("Анна", "101")
    writer.put("main", whole_call()[:2])
    writer.put_gap(LinkGap(gap_id=uuid4(), pbx="main", from_at=NOON, to_at=None, reason="x"))
    await writer.flush()

    async with floor.database.write() as unit:
        await leave_link(unit, "main", moment(60))

    call = await only_call(floor.database)
    assert (call.status, call.result, call.ended_at) == ("ended", "no_answer", moment(60))
    assert call.is_recovered
    async with floor.database.read() as session:
        (gap,) = (await session.exec(select(Gap))).all()
    assert gap.to_at == moment(60)
