"""The benchmark's office and its floor follow the schema, so that `make bench` always runs."""

import sqlite3
from contextlib import closing

import pytest

from tests.bench.office import Office, open_office
from tests.bench.screens import SCREENS, Screen
from tests.bench.screens_floor import on_sqlite, open_file

CLIENTS, AGENTS = 300, 20
NOTHING = ("of somebody without calls", "nobody rings", "nobody came", "nobody was busy")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("bench")
    return open_office(folder / "cache", folder / "run", clients=CLIENTS, agents=AGENTS)


def test_the_office_is_filled_and_whole(office: Office) -> None:
    with closing(sqlite3.connect(office.database)) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("client", "client_phone", "deal", "call", "call_leg", "activity")
        ]
        lost = connection.execute("PRAGMA foreign_key_check").fetchall()

    assert counts == [CLIENTS] * 6
    assert lost == []
    assert len(office.extensions) == AGENTS
    assert len(office.tokens) == AGENTS + 1  # the supervisor's is the last


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
async def test_the_floor_answers_every_screen(office: Office, screen: Screen) -> None:
    with closing(open_file(office.url)) as connection:
        ask = on_sqlite(connection)
        rows = [await ask(statement) for statement in screen.statements(0)]

    assert any(rows) is not any(word in screen.name for word in (*NOTHING, "part of a name"))
