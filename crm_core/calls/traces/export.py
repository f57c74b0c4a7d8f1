"""A black box to be taken out of the house: for a report of a fault, with nobody's number in it.

Nothing of what people wrote or chose goes along, and no id of a client or a user.
"""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from crm_core.calls.call_view import CallView
from crm_core.calls.traces.masking import Masker
from crm_core.calls.traces.trace import CallTrace, ScreenStory
from crm_core.calls.traces.view import CallTapes, ToldFact

Json = dict[str, Any]

SLICE = "slice.ami"
_WITH_NUMBERS = ("raw_number", "did", "legs", "transfers", "placed_by", "handled_by")

_READ_ME = """\
allo {version}
tracker {tracker}
tape {state}{cut}

slice.ami    what the PBX said of this call, as a recorded stream: allo tape replay slice.ami
call.json    the call as it was stored, what it would be told as today, and what differs
screens.json the cards: which phone rang, when a card was sent, and when it stood on a screen

Numbers and names are masked: the same number has the same mask everywhere.
"""


def pack(trace: CallTrace, tapes: CallTapes, *, version: str) -> bytes:
    """Everything of a trace as one archive. Takes its time: call it in a thread."""
    masker = Masker(_extensions(trace))
    _learn(trace, masker)
    stream = tapes.stream(trace.tape, masker)  # learns what it holds before it masks
    note = _READ_ME.format(
        version=version,
        tracker=trace.tape.tracker_version,
        state=trace.tape.state,
        cut=", cut" if trace.tape.is_cut else "",
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(SLICE, stream)
        archive.writestr("call.json", _json(_call(trace, masker)))
        archive.writestr("screens.json", _json([_screen(one, masker) for one in trace.screens]))
        archive.writestr("version.txt", note)
    return held.getvalue()


def _extensions(trace: CallTrace) -> set[str]:
    call = trace.call
    seats = [call.placed_by, call.handled_by]
    found = {leg.extension for leg in call.legs} | {seat.extension for seat in seats if seat}
    found |= {screen.extension for screen in trace.screens} | set(trace.tape.extensions)
    return {one for one in found if one}


def _learn(trace: CallTrace, masker: Masker) -> None:
    call = trace.call
    people = [screen.user_name for screen in trace.screens]
    for name in (call.caller_name, call.client.name if call.client else None, *people):
        if name:
            masker.learn_name(name)
    for number in (call.number, call.raw_number, call.did, *(leg.number for leg in call.legs)):
        masker.learn_number(number or "")
    told = [number for one in call.transfers for number in (one.by, one.to)]
    told += [text for one in trace.differences for text in (one.stored, one.told)]
    for text in told:
        masker.learn(text or "")


def _call(trace: CallTrace, masker: Masker) -> Json:
    return {
        "stored": _told(trace.call, masker),
        "differences": [
            {
                "field": one.field,
                "stored": _value(one.field, one.stored, masker),
                "told": _value(one.field, one.told, masker),
            }
            for one in trace.differences
        ],
        "facts": [_fact(fact) for fact in trace.tape.facts],
        "gaps": [
            {"from_at": _at(gap.from_at), "to_at": _at(gap.to_at), "reason": gap.reason}
            for gap in trace.gaps
        ],
    }


def _told(call: CallView, masker: Masker) -> Json:
    return {
        "id": str(call.id),
        "pbx": call.pbx,
        "linkedid": call.linkedid,
        "direction": call.direction,
        "status": call.status,
        "result": call.result,
        "number": _text(call.number, masker),
        "raw_number": _text(call.raw_number, masker),
        "caller_name": masker.name(call.caller_name) if call.caller_name else None,
        "has_client": call.client is not None,
        "did": _text(call.did, masker),
        "queues": [
            {"name": one.name, "entered_at": _at(one.entered_at), "outcome": one.outcome}
            for one in call.queues
        ],
        "started_at": _at(call.started_at),
        "answered_at": _at(call.answered_at),
        "ended_at": _at(call.ended_at),
        "wait_seconds": call.wait_seconds,
        "talk_seconds": call.talk_seconds,
        "hold_seconds": call.hold_seconds,
        "placed_by": call.placed_by.extension if call.placed_by else None,
        "handled_by": call.handled_by.extension if call.handled_by else None,
        "legs": [
            {
                "extension": leg.extension,
                "number": _text(leg.number, masker),
                "rang_at": _at(leg.rang_at),
                "answered_at": _at(leg.answered_at),
                "ended_at": _at(leg.ended_at),
                "outcome": leg.outcome,
                "talk_seconds": leg.talk_seconds,
            }
            for leg in call.legs
        ],
        "transfers": [
            {
                "kind": one.kind,
                "by": _text(one.by, masker),
                "to": _text(one.to, masker),
                "at": _at(one.at),
                "outcome": one.outcome,
            }
            for one in call.transfers
        ],
        "is_recovered": call.is_recovered,
    }


def _fact(fact: ToldFact) -> Json:
    return {
        "at": _at(fact.at),
        "kind": fact.kind,
        "call_id": str(fact.call_id),
        "status": fact.status,
        "result": fact.result,
        "extension": fact.extension,
        "reason": fact.reason,
        "answered_by": fact.answered_by,
    }


def _screen(screen: ScreenStory, masker: Masker) -> Json:
    return {
        "extension": screen.extension,
        "user": masker.name(screen.user_name) if screen.user_name else None,
        "state": screen.state,
        "rang_at": _at(screen.rang_at),
        "sent_at": _at(screen.sent_at),
        "painted_at": _at(screen.painted_at),
        "dismissed_at": _at(screen.dismissed_at),
        "gone_at": _at(screen.gone_at),
    }


def _text(value: str | None, masker: Masker) -> str | None:
    return masker.text(value) if value is not None else None


def _value(field: str, value: str, masker: Masker) -> str:
    """Times and words of our own hold nobody's number."""
    return masker.text(value) if field in _WITH_NUMBERS else value


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None


def _json(value: Json | Sequence[Json]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def file_name(call_id: UUID) -> str:
    """How the archive is called."""
    return f"allo-call-{str(call_id)[:8]}.zip"
