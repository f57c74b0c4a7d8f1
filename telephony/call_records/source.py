"""Where a PBX's records lie: a file, or a database by its address. All here runs in a thread."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from sqlalchemy.engine import make_url

from crm_core.calls.pbx.settings import PbxSettings
from crm_core.calls.recovered_calls import FoundCall
from telephony.call_records.apart import apart
from telephony.call_records.channel_events import ChannelEvent, heard_of, read_event
from telephony.call_records.csv_file import check_csv, read_csv
from telephony.call_records.database import check_database, read_database, read_events
from telephony.call_records.errors import RecordsUnreadable
from telephony.call_records.grouping import Group, group_calls
from telephony.call_records.record import PbxClock, Row, read_record
from telephony.call_records.telling import tell
from telephony.call_records.window import Window
from telephony.tracker.names import Boundary, TrackerSettings

LONGEST_SECONDS = 300.0

T = TypeVar("T")


class RecordSource:
    """The records of one PBX."""

    def __init__(self, settings: PbxSettings) -> None:
        where = settings.call_records
        self._where = where.get_secret_value() if where else ""
        self._pbx = settings.name
        self._boundary = Boundary(
            TrackerSettings(settings.name, settings.extension_pattern, settings.trunks)
        )

    async def calls(self, window: Window) -> list[FoundCall]:
        """The calls of which any part lies in the window; raises `RecordsUnreadable`."""
        return await _in_time(lambda: self._calls(window))

    async def check(self) -> str:
        """What the records lack, in words; raises `RecordsUnreadable`."""
        return await _in_time(self._check)

    def _calls(self, window: Window) -> list[FoundCall]:
        rows = self._read(window)
        clock = PbxClock(rows)
        records = [record for row in rows if (record := read_record(row, clock))]
        groups = [g for g in group_calls(records, self._boundary) if window.touches(g)]
        events = self._events(groups, clock)
        told = [
            tell(group, self._boundary, self._pbx, heard_of(_events_of(group, events)))
            for group in groups
        ]
        return [call for call in told if call is not None]

    def _events(self, groups: list[Group], clock: PbxClock) -> dict[str, list[ChannelEvent]]:
        """The channels' events, by Linkedid; a file holds none."""
        found: dict[str, list[ChannelEvent]] = defaultdict(list)
        if not self._where.startswith("/"):
            ids = {row.linkedid or row.uniqueid for group in groups for row in group}
            for row in read_events(make_url(self._where), ids):
                if event := read_event(row, clock):
                    found[event.linkedid].append(event)
        return found

    def _read(self, window: Window) -> list[Row]:
        if self._where.startswith("/"):
            return read_csv(Path(self._where), window)
        return read_database(make_url(self._where), window)

    def _check(self) -> str:
        if self._where.startswith("/"):
            columns = check_csv(Path(self._where))
            return "" if not columns or "linkedid" in columns else "linkedid"
        return ", ".join(check_database(make_url(self._where)))


def _events_of(group: Group, events: Mapping[str, Sequence[ChannelEvent]]) -> list[ChannelEvent]:
    ids = {row.linkedid or row.uniqueid for row in group}
    return [event for linkedid in sorted(ids) for event in events.get(linkedid, ())]


async def _in_time(work: Callable[[], T]) -> T:
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            return await apart(work)
    except TimeoutError:
        raise RecordsUnreadable("the records take too long to read") from None
