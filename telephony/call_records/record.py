"""One row of Asterisk's call detail records (CDR), and when it was in the time of the world.

Records carry the PBX's local time without a zone. A `uniqueid` begins with the second in which its
channel was made, by the world's clock: the first row of a channel therefore tells how far the PBX's
clock is from UTC, also in the night in which an hour comes twice. Nobody has to set a zone.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from telephony.tracker.names import NUMBER_LIMIT, linkedid_epoch, person_name, text

SLACK = timedelta(seconds=3)  # a channel is made, then its record begins; both in whole seconds
QUARTER = timedelta(minutes=15)  # all clocks of the world differ by whole quarters of an hour
HOUR = timedelta(hours=1)
FARTHEST = timedelta(hours=15)  # from UTC that any clock stands
LONGEST = timedelta(days=2)
ANSWERED = "ANSWERED"

_CALLER = re.compile(r'\s*(?:"(.*)"\s*)?<(.*)>\s*$', re.DOTALL)
_HEX = re.compile(r"[0-9a-f]{1,16}", re.ASCII)
_NO_TIME = frozenset(("", "0000-00-00 00:00:00"))

Row = Mapping[str, Any]
"""A row by the names that FreePBX gives the columns; a CSV file's rows are named the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """What one row says: `channel` tried to be connected with `dstchannel`, or ran a program."""

    uniqueid: str
    linkedid: str | None
    channel: str
    dstchannel: str
    number: str | None
    name: str | None
    destination: str
    did: str | None
    application: str
    arguments: str
    disposition: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    recording: str | None

    @property
    def is_answered(self) -> bool:
        return self.disposition == ANSWERED

    @property
    def place(self) -> tuple[int, int]:
        """Where its channel stands among all channels that the PBX made."""
        return order_of(self.uniqueid)

    @property
    def called(self) -> tuple[int, str]:
        """Where the called channel stands among those of its kind: Asterisk numbers their names."""
        number = self.dstchannel.partition(";")[0].rpartition("-")[2]
        is_number = _HEX.fullmatch(number) is not None
        return int(number, 16) if is_number else 0, self.dstchannel


def order_of(uniqueid: str) -> tuple[int, int]:
    """When a channel was made: the second, and the PBX's own counter."""
    counter = uniqueid.rpartition(".")[2]
    return int(linkedid_epoch(uniqueid) or 0), int(counter) if counter.isdecimal() else 0


class PbxClock:
    """Reads the local times of one batch of rows."""

    def __init__(self, rows: Iterable[Row], zone: tzinfo | None = None) -> None:
        self._zone = zone  # for rows of which no id tells; None: this machine's
        self._offsets = _offsets(rows)

    @property
    def span(self) -> tuple[timedelta, timedelta]:
        """How far it is from UTC, at least and at most, with the night of a change."""
        offsets = self._offsets or {-FARTHEST, FARTHEST}
        return min(offsets) - HOUR, max(offsets) + HOUR

    def moment(self, local: datetime, uniqueid: str) -> datetime:
        """The moment of a local time: the first that is not before the channel was made."""
        moments = [(local - offset).replace(tzinfo=UTC) for offset in self._offsets]
        epoch = linkedid_epoch(uniqueid)
        if epoch is not None:
            made_at = datetime.fromtimestamp(int(epoch), UTC)
            moments = [at for at in moments if made_at - SLACK <= at <= made_at + LONGEST]
        by_zone = local.replace(tzinfo=self._zone).astimezone(UTC)
        return min(moments, default=by_zone)


def _offsets(rows: Iterable[Row]) -> set[timedelta]:
    """How far the PBX's clock was from UTC, as the first row of each channel shows."""
    times: dict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        local, uniqueid = local_time(row.get("calldate")), str(row.get("uniqueid") or "")
        if local is not None and linkedid_epoch(uniqueid):
            times[uniqueid].append(local)
    found = set()
    for uniqueid, began in times.items():
        made_at = datetime.fromtimestamp(int(linkedid_epoch(uniqueid) or 0), UTC)
        offsets = (_offset(local, made_at) for local in sorted(began))
        found.add(next((one for one in offsets if one is not None), None))
    return {offset for offset in found if offset is not None}


def _offset(local: datetime, made_at: datetime) -> timedelta | None:
    """None for a row that began later than its channel."""
    ahead = local.replace(tzinfo=UTC) - made_at
    offset = round(ahead / QUARTER) * QUARTER
    is_first = abs(ahead - offset) <= SLACK and abs(offset) <= FARTHEST
    return offset if is_first else None


def local_time(value: Any) -> datetime | None:
    """A time as it stands in a record, without a zone."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    written = str(value or "").strip()
    if written in _NO_TIME:
        return None
    try:
        return datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError:
        return None


def read_record(row: Row, clock: PbxClock) -> CallRecord | None:
    """One row; None where it says nothing that can be told: no channel, no time, no id."""
    began, uniqueid = local_time(row.get("calldate")), _word(row, "uniqueid")
    channel = _word(row, "channel")
    if began is None or not uniqueid or not channel:
        return None
    started_at = clock.moment(began, uniqueid)
    lasted = _seconds(row.get("duration"))
    ended = local_time(row.get("end"))
    if ended is not None and timedelta() <= ended - began - lasted <= timedelta(seconds=2):
        lasted = ended - began  # the columns of seconds are rounded down
    answered_at = None
    if _word(row, "disposition").upper() == ANSWERED or _seconds(row.get("billsec")):
        answered_at = _answered(row, began, started_at, lasted)
    caller = _CALLER.match(_word(row, "clid"))
    return CallRecord(
        uniqueid=uniqueid,
        linkedid=_word(row, "linkedid") or None,
        channel=channel,
        dstchannel=_word(row, "dstchannel"),
        number=text(_word(row, "src") or (caller[2] if caller else ""), NUMBER_LIMIT),
        name=person_name(_word(row, "cnam") or (caller[1] if caller else None)),
        destination=_word(row, "dst")[:NUMBER_LIMIT],
        did=text(_word(row, "did"), NUMBER_LIMIT),
        application=_word(row, "lastapp"),
        arguments=_word(row, "lastdata"),
        disposition=_word(row, "disposition").upper(),
        started_at=started_at,
        answered_at=answered_at,
        ended_at=started_at + lasted,
        recording=_word(row, "recordingfile") or None,
    )


def _answered(row: Row, began: datetime, started_at: datetime, lasted: timedelta) -> datetime:
    written = local_time(row.get("answer"))
    if written is not None and timedelta() <= written - began <= lasted:
        return started_at + (written - began)
    return started_at + max(timedelta(), lasted - _seconds(row.get("billsec")))


def _word(row: Row, column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value).replace("\x00", "").strip()


def _seconds(value: Any) -> timedelta:
    try:
        return timedelta(seconds=min(max(0.0, float(value)), LONGEST.total_seconds()))
    except (TypeError, ValueError):
        return timedelta()
