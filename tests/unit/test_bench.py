"""The benchmark's office and its floor follow the schema, so that `make bench` always runs."""

import sqlite3
from contextlib import closing
from urllib.parse import parse_qsl

import pytest

from tests.bench import living, tracking
from tests.bench.journal_lists import LISTS, JournalList
from tests.bench.office import Office, open_office, size_of
from tests.bench.screens import SCREENS, Screen
from tests.bench.screens_floor import on_sqlite, open_file
from web.api.calls import CallSearch

CLIENTS, CALLS, AGENTS = 300, 300, 20
NOTHING = ("of somebody without calls", "nobody rings", "nobody came", "nobody was busy")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("bench")
    return open_office(folder / "cache", folder / "run", size_of(CLIENTS, CALLS), agents=AGENTS)


def test_the_office_is_filled_and_whole(office: Office) -> None:
    with closing(sqlite3.connect(office.database)) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("client", "client_phone", "deal", "call", "call_leg")
        ]
        lost = connection.execute("PRAGMA foreign_key_check").fetchall()

    assert counts == [CLIENTS] * 3 + [CALLS] * 2
    assert lost == []
    assert len(office.extensions) == AGENTS
    assert len(office.tokens) == AGENTS + 1  # the supervisor's is the last


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
async def test_the_floor_answers_every_screen(office: Office, screen: Screen) -> None:
    with closing(open_file(office.url)) as connection:
        ask = on_sqlite(connection)
        rows = [await ask(statement) for statement in screen.statements(0)]

    assert any(rows) is not any(word in screen.name for word in (*NOTHING, "part of a name"))


@pytest.mark.parametrize("one", LISTS, ids=lambda one: f"{one.role}: {one.name}")
def test_the_journal_knows_every_condition_that_is_measured(one: JournalList) -> None:
    words = dict(parse_qsl(one.path(3, 50, None).partition("?")[2]))

    assert CallSearch.model_validate(words).limit == 50


def test_every_recorded_call_is_told_the_same_in_the_crowd(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert tracking.measure(copies=1) == 0
    assert "told otherwise 0" in capsys.readouterr().out


def test_calls_that_live_at_once_are_all_told_and_all_forgotten() -> None:
    assert living.measure(50) == 0
