"""Call records as Asterisk wrote them during the recorded streams, and calls told from them."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from crm_core.kernel.call_facts import CallSnapshot
from telephony.call_records.channel_events import heard_of, read_event
from telephony.call_records.csv_file import FIXED
from telephony.call_records.grouping import group_calls
from telephony.call_records.record import CallRecord, PbxClock, Row, local_time, read_record
from telephony.call_records.telling import tell
from telephony.tracker.names import Boundary, TrackerSettings
from tests.unit.telephony.tracker.replay import capture

BOUNDARY = Boundary(TrackerSettings("main", r"\d{3}", ("PJSIP/provider",)))

_COLUMNS = {
    "UniqueID": "uniqueid",
    "LinkedID": "linkedid",
    "Source": "src",
    "Destination": "dst",
    "DestinationContext": "dcontext",
    "CallerID": "clid",
    "Channel": "channel",
    "DestinationChannel": "dstchannel",
    "LastApplication": "lastapp",
    "LastData": "lastdata",
    "StartTime": "calldate",
    "AnswerTime": "answer",
    "EndTime": "end",
    "Duration": "duration",
    "BillableSeconds": "billsec",
    "Disposition": "disposition",
    "AMAFlags": "amaflags",
    "RecordingFile": "recordingfile",
}
ONLY_IN_FILES = ("answer", "end")


@cache
def rows_of(stream: str) -> tuple[Mapping[str, str], ...]:
    """The rows of one recorded stream, by FreePBX's names."""
    events = [ami for _at, ami in capture(stream) if ami.get("Event") == "Cdr"]
    return tuple({_COLUMNS[k]: v for k, v in one.items() if k in _COLUMNS} for one in events)


_EVENT_COLUMNS = {
    "EventName": "eventtype",
    "EventTime": "eventtime",
    "UniqueID": "uniqueid",
    "LinkedID": "linkedid",
    "Channel": "channame",
    "Exten": "exten",
    "Extra": "extra",
}


@cache
def events_of(stream: str) -> tuple[Mapping[str, str], ...]:
    """The rows of the table `cel` of one recorded stream."""
    events = [ami for _at, ami in capture(stream) if ami.get("Event") == "CEL"]
    kept = [{k: v for k, v in one.items() if k in _EVENT_COLUMNS} for one in events]
    return tuple({_EVENT_COLUMNS[k]: v for k, v in one.items()} for one in kept)


def as_in_freepbx(row: Mapping[str, str]) -> dict[str, str]:
    """The row as the table `cdr` has it: no column says when a call was answered or ended."""
    return {name: value for name, value in row.items() if name not in ONLY_IN_FILES}


def moved(rows: Iterable[Mapping[str, str]], to: datetime) -> list[dict[str, str]]:
    """The rows as if the first call had begun at another moment, by a clock that shows UTC."""
    found = [dict(row) for row in rows]
    began = min(local for row in found if (local := local_time(row["calldate"])))
    by = int((to - began.replace(tzinfo=UTC)).total_seconds())
    for row in found:
        for name in ("calldate", "answer", "end"):
            if at := local_time(row.get(name)):
                row[name] = str(at + timedelta(seconds=by))
        for name in ("uniqueid", "linkedid"):
            if epoch := row.get(name, "").partition(".")[0]:
                row[name] = row[name].replace(epoch, str(int(epoch) + by), 1)
    return found


def as_csv(rows: Iterable[Mapping[str, str]], more: Callable[[Row], Sequence[str]]) -> str:
    """The rows as `cdr_csv` writes them, with some of the optional columns."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for row in rows:
        writer.writerow([*(row.get(name, "") for name in FIXED), *more(row)])
    return written.getvalue()


def records_of(rows: Iterable[Row]) -> list[CallRecord]:
    found = list(rows)
    clock = PbxClock(found)
    return [record for row in found if (record := read_record(row, clock))]


def calls_of(rows: Iterable[Row], events: Iterable[Row] = ()) -> list[CallSnapshot]:
    """The calls that the rows are, the earliest first; with the events of one call."""
    found = list(rows)
    clock = PbxClock(found)
    heard = heard_of(event for row in events if (event := read_event(row, clock)))
    groups = group_calls(records_of(found), BOUNDARY)
    return [one.call for group in groups if (one := tell(group, BOUNDARY, "main", heard))]
