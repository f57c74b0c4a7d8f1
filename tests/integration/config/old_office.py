"""An office as an early Allo left it: people, clients and calls in an old revision's tables."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, MetaData
from sqlalchemy import select as select_rows

from crm_core.kernel.schema import migrate, on_migration_connection

NAMESPACE = UUID("b0d6a1de-3c0e-4f0e-9a53-1f5c3f1c7a10")
THEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLIENTS = 30
FIRST_WITH_CALLS = "0003"


class Filling:
    """Writes rows into the tables of an old revision, as that revision knew them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._tables = MetaData()
        self._tables.reflect(connection)

    def key(self, name: str) -> Any:
        made = uuid5(NAMESPACE, name)
        return made.hex if self._is_sqlite else made

    def moment(self, minutes: int) -> datetime:
        at = THEN + timedelta(minutes=minutes)
        return at.replace(tzinfo=None) if self._is_sqlite else at

    def team(self) -> Any:
        return (
            self._connection.execute(select_rows(self._tables.tables["team"].c.id))
            .scalars()
            .first()
        )

    def add(self, table: str, **values: Any) -> None:
        self._connection.execute(self._tables.tables[table].insert(), values)

    def change(self, table: str, key: Any, **values: Any) -> None:
        columns = self._tables.tables[table]
        self._connection.execute(columns.update().where(columns.c.id == key), values)


def add_people(fill: Filling) -> None:
    made = {"created_at": fill.moment(0), "updated_at": fill.moment(0), "is_active": True}
    shown = {"language": "ru", "theme": "auto", "time_zone": "Asia/Omsk"}
    person = {"id": fill.key("anna"), "login": "anna", "name": "Анна «Ё»", "role": "admin"}
    fill.add("user_account", **person, password_hash="-", team_id=fill.team(), **shown, **made)
    fill.add("extension", pbx="main", extension="101", user_id=fill.key("anna"))


def add_clients_and_calls(fill: Filling) -> None:
    owned = {"owner_id": fill.key("anna"), "team_id": fill.team(), "version": 1}
    for number in range(CLIENTS):
        made = {"created_at": fill.moment(number), "updated_at": fill.moment(number)}
        client, call = fill.key(f"client {number}"), fill.key(f"call {number}")
        name, phone = f"Иван Крылов {number}", f"+7916000{number:04d}"
        fill.add("record", id=client, kind="client", title=name, **owned, **made)
        text = {"sort_name": name.lower(), "search_text": f"{name.lower()} {phone}"}
        fill.add("client", id=client, kind="person", name=name, is_vip=False, tags=["опт"], **text)
        place = {"number": phone, "tail": phone[-10:], "raw_number": phone, "label": "mobile"}
        fill.add(
            "client_phone", id=fill.key(f"phone {number}"), client_id=client, position=0, **place
        )
        fill.add("record", id=call, kind="call", title=phone, **owned, **made)
        add_call(fill, number, call=call, client=client, phone=phone)


def add_call(fill: Filling, number: int, *, call: Any, client: Any, phone: str) -> None:
    began, ended = fill.moment(number), fill.moment(number + 1)
    times = {"started_at": began, "answered_at": began, "ended_at": ended}
    lasted = {"wait_seconds": 1.5, "talk_seconds": 58.5, "hold_seconds": 0.0}
    words = {"note": f"заметка «{number}»", "note_version": 2, "disposition": None}
    flags = {"is_withheld": False, "is_recovered": False, "is_stub": False}
    fill.add(
        "call",
        id=call,
        pbx="main",
        linkedid=f"1772442000.{number}",
        direction="inbound",
        status="ended",
        result="answered",
        number=phone,
        raw_number=phone,
        handled_by="101",
        handled_by_user_id=fill.key("anna"),
        transfers=[],
        client_id=client,
        is_client_chosen=True,
        **times,
        **lasted,
        **words,
        **flags,
    )
    leg = {"extension": "101", "user_id": fill.key("anna"), "outcome": "answered"}
    fill.add(
        "call_leg",
        id=fill.key(f"leg {number}"),
        call_id=call,
        key="1",
        position=0,
        **leg,
        rang_at=began,
        answered_at=began,
        ended_at=ended,
        talk_seconds=58.5,
    )


def old_office(url: str, revision: str) -> None:
    migrate(url, revision)

    def fill(connection: Connection) -> None:
        filling = Filling(connection)
        add_people(filling)
        if revision >= FIRST_WITH_CALLS:
            add_clients_and_calls(filling)

    on_migration_connection(url, fill)
