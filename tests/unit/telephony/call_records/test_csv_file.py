"""Master.csv as Asterisk leaves it: with any of its columns, growing, turned over, very long."""

import tracemalloc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crm_core.kernel.call_facts import CallSnapshot
from telephony.call_records.csv_file import check_csv, read_csv
from telephony.call_records.errors import RecordsUnreadable
from telephony.call_records.record import Row
from telephony.call_records.window import Window
from tests.unit.telephony.call_records.recorded import as_csv, calls_of, rows_of

STREAM = "queue_ringall_answered"
HEARD = datetime.fromtimestamp(int(rows_of(STREAM)[0]["uniqueid"].partition(".")[0]), UTC)
WINDOW = Window.of_gap(HEARD - timedelta(minutes=1), HEARD + timedelta(minutes=1))

More = Callable[[Row], Sequence[str]]
LAYOUTS: dict[str, More] = {
    "loguniqueid": lambda row: [row["uniqueid"]],
    "loguniqueid, loguserfield": lambda row: [row["uniqueid"], 'vip, "gold"'],
    "loguniqueid, newcdrcolumns": lambda row: [row["uniqueid"], "", row["linkedid"], "3"],
    "all": lambda row: [row["uniqueid"], "", "", row["linkedid"], "3"],
}


def told(path: Path) -> list[CallSnapshot]:
    return calls_of(read_csv(path, WINDOW))


@pytest.fixture
def master(tmp_path: Path) -> Path:
    return tmp_path / "Master.csv"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_whatever_columns_are_switched_on_the_call_is_the_same(master: Path, layout: str) -> None:
    master.write_text(as_csv(rows_of(STREAM), LAYOUTS[layout]), encoding="utf-8")
    (call,) = told(master)
    (truth,) = calls_of(rows_of(STREAM))
    assert (call.call_id, call.result, call.legs) == (truth.call_id, truth.result, truth.legs)
    assert call.caller_name == "Olga Client"


def test_ids_of_a_pbx_with_a_name_of_its_own_are_ids(master: Path) -> None:
    named: More = lambda row: [f"office-1-{row['uniqueid']}"]  # noqa: E731
    master.write_text(as_csv(rows_of(STREAM), named), encoding="utf-8")
    assert len(told(master)) == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (lambda _row: [], "loguniqueid=yes"),
        (lambda _row: ["user field"], "loguniqueid=yes"),
        (lambda _row: ["", "linked", "3"], "loguniqueid=yes"),
    ],
)
def test_a_file_without_ids_is_refused_with_the_way_to_have_them(
    master: Path, more: More, words: str
) -> None:
    master.write_text(as_csv(rows_of(STREAM), more), encoding="utf-8")
    with pytest.raises(RecordsUnreadable, match=words):
        read_csv(master, WINDOW)


def test_a_file_of_another_shape_is_refused_as_that(master: Path) -> None:
    master.write_text("when,who,whom\n2026-03-02,101,102\n", encoding="utf-8")
    with pytest.raises(RecordsUnreadable, match="not written by Asterisk's cdr_csv"):
        read_csv(master, WINDOW)


def test_a_missing_file_is_told_in_words(master: Path) -> None:
    with pytest.raises(RecordsUnreadable, match="No such file"):
        read_csv(master, WINDOW)


def test_an_empty_file_is_a_pbx_that_nobody_has_called(master: Path) -> None:
    master.touch()
    assert (told(master), check_csv(master)) == ([], ())


def test_a_line_that_is_being_written_is_read_the_next_time(master: Path) -> None:
    whole = as_csv(rows_of(STREAM), LAYOUTS["all"])
    master.write_text(whole[:-20], encoding="utf-8")
    assert len(read_csv(master, WINDOW)) == len(rows_of(STREAM)) - 1
    master.write_text(whole, encoding="utf-8")
    assert len(read_csv(master, WINDOW)) == len(rows_of(STREAM))


def test_a_file_that_was_turned_over_goes_on_in_the_one_before(master: Path) -> None:
    lines = as_csv(rows_of(STREAM), LAYOUTS["all"]).splitlines(keepends=True)
    master.with_name("Master.csv.1").write_text("".join(lines[:2]), encoding="utf-8")
    master.write_text("".join(lines[2:]), encoding="utf-8")
    assert len(read_csv(master, WINDOW)) == len(rows_of(STREAM))


def test_names_in_another_alphabet_and_broken_lines_do_no_harm(master: Path) -> None:
    lines = as_csv(rows_of("cid_name_cyrillic"), LAYOUTS["all"]).encode("cp1251", "replace")
    master.write_bytes(b'"half a line\n\x00\xff\n' + lines + b'"unclosed,"\n')
    heard = datetime.fromtimestamp(1795418437, UTC)
    (row,) = read_csv(master, Window.of_gap(heard, heard))
    assert "Иван Петров" in row["clid"]


def test_which_columns_there_are_is_known(master: Path) -> None:
    master.write_text(as_csv(rows_of(STREAM), LAYOUTS["loguniqueid"]), encoding="utf-8")
    assert check_csv(master) == ("uniqueid",)
    master.write_text(as_csv(rows_of(STREAM), LAYOUTS["all"]), encoding="utf-8")
    assert check_csv(master) == ("uniqueid", "linkedid")


def days_before(days: int) -> Sequence[Row]:
    """Rows of a call that was over long before."""
    shift = timedelta(days=days)
    made = int((HEARD - shift).timestamp())
    began = (HEARD - shift).strftime("%Y-%m-%d %H:%M:%S")
    times = {"calldate": began, "answer": began, "end": began, "duration": "0", "billsec": "0"}
    return [{**row, **times, "uniqueid": f"{made}.1", "linkedid": ""} for row in rows_of(STREAM)]


def test_a_file_of_years_is_read_from_its_end_alone(master: Path) -> None:
    old = as_csv([row for day in range(400, 0, -1) for row in days_before(day)], LAYOUTS["all"])
    with master.open("w", encoding="utf-8") as stream:
        for _ in range(60):
            stream.write(old)
        stream.write(as_csv(rows_of(STREAM), LAYOUTS["all"]))
    assert master.stat().st_size > 16 << 20
    tracemalloc.start()
    try:
        rows = read_csv(master, WINDOW)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(rows) == len(rows_of(STREAM))
    assert peak < 8 << 20
