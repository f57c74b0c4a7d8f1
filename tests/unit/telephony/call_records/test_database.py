"""The table `cdr` as FreePBX has it, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, text
from sqlalchemy.engine import make_url

from crm_core.calls.pbx.settings import PbxSettings
from crm_core.kernel.database import Database
from telephony.call_records.database import check_database, read_database
from telephony.call_records.errors import RecordsUnreadable
from telephony.call_records.record import local_time
from telephony.call_records.source import RecordSource
from telephony.call_records.window import Window
from tests.unit.telephony.call_records.recorded import as_in_freepbx, calls_of, events_of, rows_of
from tests.unit.telephony.call_records.test_csv_file import HEARD, STREAM, WINDOW

FREEPBX = """
CREATE TABLE cdr (
  calldate {time} NOT NULL, clid varchar(80) NOT NULL DEFAULT '', src varchar(80), dst varchar(80),
  dcontext varchar(80), channel varchar(80) NOT NULL, dstchannel varchar(80), lastapp varchar(80),
  lastdata varchar(80), duration int NOT NULL, billsec int NOT NULL, disposition varchar(45),
  amaflags varchar(20), accountcode varchar(20), uniqueid varchar(32) NOT NULL,
  userfield varchar(255), did varchar(50), recordingfile varchar(255), cnum varchar(80),
  cnam varchar(80),
  outbound_cnum varchar(80), outbound_cnam varchar(80), dst_cnam varchar(80),
  linkedid varchar(32), peeraccount varchar(80), sequence int
)
"""
NUMBERS = ("duration", "billsec")


def wrote(url: str, statement: str, streams: Sequence[str] = (), **more: str) -> None:
    """Make a table as a PBX has it, and let it write the records of these streams."""

    def work(connection: Connection) -> None:
        is_sqlite = connection.dialect.name == "sqlite"
        connection.execute(text(statement.format(time="datetime" if is_sqlite else "timestamp")))
        for stream in streams:
            table = Table("cdr", MetaData(), autoload_with=connection)
            for row in rows_of(stream):
                told = {**as_in_freepbx(row), **more}.items()
                kept: dict[str, Any] = {name: value for name, value in told if name in table.c}
                kept |= {name: int(kept[name]) for name in NUMBERS}
                connection.execute(table.insert(), kept | {"calldate": local_time(row["calldate"])})

    in_database(url, work)


def in_database(url: str, work: Callable[[Connection], None]) -> None:
    async def carry_out() -> None:
        database = Database.connect(url)
        try:
            async with database.write() as unit:
                await (await unit.session.connection()).run_sync(work)
        finally:
            await database.close()

    asyncio.run(carry_out())


def test_calls_are_read_as_from_a_file(empty_database_url: str) -> None:
    wrote(empty_database_url, FREEPBX, [STREAM, "direct_answered", "cid_8"], did="74950000999")
    settings = PbxSettings.model_validate(
        {
            "secret": "quiet",
            "extension_pattern": r"\d{3}",
            "trunks": ["PJSIP/provider"],
            "call_records": empty_database_url,
        }
    )
    (found,) = asyncio.run(RecordSource(settings).calls(WINDOW))
    call = found.call
    (truth,) = calls_of(rows_of(STREAM))
    assert found.linkedids == {call.linkedid}
    assert (call.call_id, call.result, call.handled_by) == (truth.call_id, truth.result, "101")
    assert call.queue == "sales"
    assert call.did == "74950000999"
    assert abs(call.started_at - HEARD) <= timedelta(seconds=1)
    assert [one.path for one in call.recordings] == [None]
    assert check_database(make_url(empty_database_url)) == ()


EVENTS = """
CREATE TABLE cel (
  id int, eventtype varchar(30) NOT NULL, eventtime {time} NOT NULL, cid_name varchar(80),
  cid_num varchar(80), exten varchar(80), context varchar(80), channame varchar(80),
  uniqueid varchar(32), linkedid varchar(32), peer varchar(80), extra varchar(512)
)
"""


def test_the_events_of_the_channels_are_read_beside_it(empty_database_url: str) -> None:
    stream = "blind_transfer_feature"
    wrote(empty_database_url, FREEPBX, [stream])
    wrote(empty_database_url, EVENTS)
    wrote_events(empty_database_url, [stream, "direct_answered"])
    made = datetime.fromtimestamp(int(rows_of(stream)[0]["uniqueid"].partition(".")[0]), UTC)
    settings = PbxSettings.model_validate(
        {"secret": "quiet", "extension_pattern": r"\d{3}", "call_records": empty_database_url}
    )
    (found,) = asyncio.run(RecordSource(settings).calls(Window.of_gap(made, made)))
    assert [(one.by, one.to, one.outcome) for one in found.call.transfers] == [
        ("101", "102", "completed")
    ]
    assert found.call.did == "74950000101"


def wrote_events(url: str, streams: Sequence[str]) -> None:
    def work(connection: Connection) -> None:
        table = Table("cel", MetaData(), autoload_with=connection)
        for row in (row for stream in streams for row in events_of(stream)):
            connection.execute(table.insert(), {**row, "eventtime": local_time(row["eventtime"])})

    in_database(url, work)


def test_a_table_with_few_columns_tells_what_it_can(empty_database_url: str) -> None:
    wrote(
        empty_database_url,
        "CREATE TABLE cdr (calldate {time}, channel varchar(80), dstchannel varchar(80), "
        "lastapp varchar(80), lastdata varchar(80), src varchar(80), dst varchar(80), "
        "duration int, billsec int, disposition varchar(45), uniqueid varchar(32))",
        [STREAM],
    )
    (call,) = calls_of(read_database(make_url(empty_database_url), WINDOW))
    assert (call.result, call.raw_number, call.caller_name) == ("answered", "+79265550101", None)
    assert check_database(make_url(empty_database_url)) == ("linkedid", "did")


def test_a_table_without_ids_is_refused_by_the_columns_name(empty_database_url: str) -> None:
    wrote(empty_database_url, "CREATE TABLE cdr (calldate {time}, channel varchar(80))")
    with pytest.raises(RecordsUnreadable, match="no column duration, disposition, uniqueid"):
        read_database(make_url(empty_database_url), WINDOW)


def test_a_database_without_the_table_is_told(empty_database_url: str) -> None:
    wrote(empty_database_url, "CREATE TABLE other (calldate {time})")
    with pytest.raises(RecordsUnreadable, match="no table cdr"):
        check_database(make_url(empty_database_url))


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    file = tmp_path / "asteriskcdrdb.sqlite"
    with pytest.raises(RecordsUnreadable, match="cannot be read"):
        read_database(make_url(f"sqlite:///{file}"), WINDOW)
    assert not file.exists()


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://freepbx:planted-and-quiet@127.0.0.1:1/asteriskcdrdb",
        "mysql://freepbx:planted-and-quiet@127.0.0.1:1/asteriskcdrdb",
    ],
)
def test_nothing_that_fails_repeats_the_password(address: str) -> None:
    with pytest.raises(RecordsUnreadable) as caught:
        read_database(make_url(address), WINDOW)
    assert "planted" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert str(caught.value)


def test_times_are_asked_for_in_the_zone_of_no_particular_clock() -> None:
    begin, end = WINDOW.local_span()
    for hours in (-12, 0, 14):
        local = datetime.fromisoformat(str(HEARD)).replace(tzinfo=None) + timedelta(hours=hours)
        assert begin <= local <= end


def test_a_gap_of_days_is_read_in_days() -> None:
    whole = Window(HEARD, HEARD + timedelta(days=2, hours=5))
    parts = list(whole.parts())
    assert [part.to_at - part.from_at for part in parts] == [
        timedelta(days=1),
        timedelta(days=1),
        timedelta(hours=5),
    ]
    assert (parts[0].from_at, parts[-1].to_at) == (whole.from_at, whole.to_at)
    assert [part.to_at for part in parts[:-1]] == [part.from_at for part in parts[1:]]
    assert list(WINDOW.parts()) == [WINDOW]
