"""The PBX's local times in the time of the world, whatever its clock shows."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.telephony.call_records.recorded import records_of

BERLIN = ZoneInfo("Europe/Berlin")


def row(
    began: datetime, zone: str, *, uniqueid: str | None = None, of: datetime | None = None
) -> Mapping[str, str]:
    """A row as a PBX in this zone writes it, of a channel that was made then or earlier."""
    made = int((of or began).timestamp())
    return {
        "calldate": began.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S"),
        "uniqueid": f"{made}.7" if uniqueid is None else uniqueid,
        "channel": "PJSIP/provider-00000001",
        "duration": "90",
        "billsec": "60",
        "disposition": "ANSWERED",
    }


@pytest.mark.parametrize(
    "zone",
    ["UTC", "Europe/Moscow", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"],
)
def test_nobody_has_to_say_in_which_zone_the_pbx_is(zone: str) -> None:
    began = datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)
    (record,) = records_of([row(began, zone)])
    assert record.started_at == began
    assert record.answered_at == began + timedelta(seconds=30)
    assert record.ended_at == began + timedelta(seconds=90)


def test_the_hour_that_comes_twice_is_told_by_the_ids() -> None:
    """On 25 October 2026 a clock in Berlin shows 02:30 at 00:30 and at 01:30 of UTC."""
    moments = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    rows = [row(moment, "Europe/Berlin") for moment in moments]
    assert len({one["calldate"] for one in rows}) == 1
    assert [record.started_at for record in records_of(rows)] == moments


def test_a_call_that_is_passed_on_while_the_clock_is_set_back_goes_on() -> None:
    made = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)  # 02:50 of summer
    later = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 of winter
    others = [row(datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "Europe/Berlin", uniqueid=None)]
    rows = [row(made, "Europe/Berlin"), row(later, "Europe/Berlin", of=made), *others]
    assert [record.started_at for record in records_of(rows)][:2] == [made, later]


def test_a_call_over_the_night_of_spring_lasts_as_long_as_it_did() -> None:
    began = datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC)  # 01:59:30; a minute later it is 03:00:30
    written = {**row(began, "Europe/Berlin"), "end": "2026-03-29 03:01:00"}
    (record,) = records_of([written])
    assert record.ended_at - record.started_at == timedelta(seconds=90)


def test_a_row_whose_id_tells_no_time_is_read_by_its_neighbours() -> None:
    began = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    rows = [row(began, "Asia/Tokyo"), row(began, "Asia/Tokyo", uniqueid="made-by-hand")]
    assert {record.started_at for record in records_of(rows)} == {began}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"calldate": "0000-00-00 00:00:00"},
        {"calldate": "yesterday"},
        {"uniqueid": ""},
        {"channel": ""},
    ],
)
def test_a_row_that_says_nothing_is_passed_over(spoilt: Mapping[str, str]) -> None:
    began = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert records_of([{**row(began, "UTC"), **spoilt}]) == []


def test_seconds_that_are_no_numbers_do_no_harm() -> None:
    began = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    (record,) = records_of([{**row(began, "UTC"), "duration": "-5", "billsec": "x"}])
    assert record.ended_at == began
