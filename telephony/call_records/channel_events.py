"""Asterisk's channel event log (CEL), where a PBX keeps one beside its call records.

It knows what the records do not: when each phone was really answered, which number was dialled
before a transfer wrote its own over it, and who passed the call on.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm_core.kernel.call_facts import Leg, Transfer, TransferKind, TransferOutcome
from telephony.call_records.record import PbxClock, Row, local_time
from telephony.tracker.names import NUMBER_LIMIT, Boundary, text

KINDS = ("CHAN_START", "ANSWER", "HANGUP", "BLINDTRANSFER", "ATTENDEDTRANSFER")
COLUMNS = ("eventtype", "eventtime", "uniqueid", "linkedid", "channame", "exten")
EXTRAS = ("extra", "eventextra")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEvent:
    """Something that a channel went through."""

    kind: str
    at: datetime
    uniqueid: str
    linkedid: str
    channel: str
    exten: str
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the events of one call say; nothing where there are none."""

    dialled: Mapping[str, str] = field(default_factory=dict)  # by uniqueid, at its start
    answered: Mapping[str, datetime] = field(default_factory=dict)  # by channel
    ended: Mapping[str, datetime] = field(default_factory=dict)  # by channel
    transfers: Sequence[ChannelEvent] = ()


NOTHING = Heard()


def read_event(row: Row, clock: PbxClock) -> ChannelEvent | None:
    """One row; None where it says nothing that is used here."""
    local, uniqueid = local_time(row.get("eventtime")), str(row.get("uniqueid") or "")
    kind, channel = str(row.get("eventtype") or ""), str(row.get("channame") or "")
    if local is None or kind not in KINDS or not uniqueid or not channel:
        return None
    return ChannelEvent(
        kind=kind,
        at=clock.moment(local, uniqueid),
        uniqueid=uniqueid,
        linkedid=str(row.get("linkedid") or ""),
        channel=channel,
        exten=str(row.get("exten") or "")[:NUMBER_LIMIT],
        extra=_extra(next((row[name] for name in EXTRAS if row.get(name)), "")),
    )


def _extra(written: Any) -> Mapping[str, Any]:
    try:
        found = json.loads(str(written)) if written else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def heard_of(events: Iterable[ChannelEvent]) -> Heard:
    """What the events of one call say together."""
    ordered = sorted(events, key=lambda event: event.at)
    dialled: dict[str, str] = {}
    answered: dict[str, datetime] = {}
    ended: dict[str, datetime] = {}
    for event in ordered:
        if event.kind == "CHAN_START":
            dialled.setdefault(event.uniqueid, event.exten)
        elif event.kind == "ANSWER":
            answered.setdefault(event.channel, event.at)
        elif event.kind == "HANGUP":
            ended[event.channel] = event.at
    transfers = [event for event in ordered if event.kind.endswith("TRANSFER")]
    return Heard(dialled=dialled, answered=answered, ended=ended, transfers=transfers)


def tell_transfers(heard: Heard, legs: Sequence[Leg], boundary: Boundary) -> tuple[Transfer, ...]:
    """Who passed the call on, to whom, and whether somebody took it."""
    return tuple(_transfer(event, legs, boundary) for event in heard.transfers)


def _transfer(event: ChannelEvent, legs: Sequence[Leg], boundary: Boundary) -> Transfer:
    by = boundary.line(event.channel).extension
    if event.kind == "ATTENDEDTRANSFER":
        target = str(event.extra.get("transfer_target_channel_name") or "")
        return Transfer(
            kind=TransferKind.ATTENDED,
            by=by,
            to=boundary.line(target).extension if target else None,
            at=event.at,
            outcome=TransferOutcome.COMPLETED,
        )
    takers = [leg for leg in legs if leg.answered_at and leg.answered_at >= event.at]
    outcome = TransferOutcome.COMPLETED if takers else TransferOutcome.FAILED
    to = text(str(event.extra.get("extension") or ""), NUMBER_LIMIT)
    if takers and takers[0].extension == by and to != by:
        outcome = TransferOutcome.RETURNED
    return Transfer(kind=TransferKind.BLIND, by=by, to=to, at=event.at, outcome=outcome)
