"""Rows of the call log, made from whole calls. Pure: the same call gives the same rows."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid5

from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_view import NAME_LIMIT, read_other_side
from crm_core.kernel.call_facts import CallSnapshot, CallStatus, Leg
from crm_core.kernel.phone import Phone, read_number
from crm_core.kernel.text import clean_text

WORD_LIMIT = 100  # queue, extension, dialled number: longer ones are somebody's attack

Row = dict[str, Any]
UserAt = Callable[[str | None], UUID | None]


def seats(directory: AgentDirectory, pbx: str) -> UserAt:
    """Who sits at which phone of one PBX."""
    return lambda extension: directory.user_at(pbx, extension) if extension else None


def phone_of(call: CallSnapshot, regions: Mapping[str, str]) -> Phone:
    """Read the number of the other side in the region of the call's PBX."""
    return read_other_side(call, regions.get(call.pbx, "RU"))


def record_row(call: CallSnapshot, phone: Phone, directory: AgentDirectory) -> Row:
    """The record that a call is: owned by who spoke or dialled, seen by that one's team."""
    user_at = seats(directory, call.pbx)
    rung = [user_at(leg.extension) for leg in call.legs]
    owner = user_at(call.handled_by) or user_at(call.placed_by)
    concerned = owner or next((user_id for user_id in rung if user_id), None)
    return {
        "id": call.call_id,
        "kind": "call",
        "title": phone.number or _word(call.caller_name) or "",
        "owner_id": owner,
        "team_id": directory.team_of(concerned) or DEFAULT_TEAM_ID,
        "version": 1,
        "created_at": call.started_at,
        "updated_at": call.ended_at or call.answered_at or call.started_at,
    }


def call_row(
    call: CallSnapshot, phone: Phone, client_id: UUID | None, directory: AgentDirectory
) -> Row:
    """What telephony tells of a call, and the client who has the number."""
    user_at = seats(directory, call.pbx)
    return {
        "id": call.call_id,
        "pbx": call.pbx,
        "linkedid": _word(call.linkedid) or "",
        "direction": call.direction.value,
        "status": call.status.value,
        "result": call.result.value if call.result else None,
        "number": phone.number,
        "raw_number": phone.raw or None,
        "is_withheld": phone.is_withheld,
        "caller_name": clean_text(call.caller_name or "", limit=NAME_LIMIT) or None,
        "did": _word(call.did),
        "queue": _word(call.queue),
        "started_at": call.started_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "wait_seconds": call.wait_seconds,
        "talk_seconds": call.talk_seconds,
        "hold_seconds": call.hold_seconds,
        "placed_by": _word(call.placed_by),
        "placed_by_user_id": user_at(call.placed_by),
        "handled_by": _word(call.handled_by),
        "handled_by_user_id": user_at(call.handled_by),
        "transfers": [
            {
                "kind": transfer.kind.value,
                "by": transfer.by,
                "to": transfer.to,
                "at": transfer.at.isoformat(),
                "outcome": transfer.outcome.value,
            }
            for transfer in call.transfers
        ],
        "merged_into": call.merged_into,
        "is_recovered": call.is_recovered,
        "is_stub": False,
        "client_id": client_id,
        "is_client_chosen": False,
        "disposition": None,
        "note": "",
        "note_version": 0,
        "note_author_id": None,
    }


def leg_rows(call: CallSnapshot, region: str, directory: AgentDirectory) -> list[Row]:
    """The phones that rang or spoke, in their order."""
    user_at = seats(directory, call.pbx)
    return [
        _leg_row(call, leg, position, region) | {"user_id": user_at(leg.extension)}
        for position, leg in enumerate(call.legs)
    ]


def _leg_row(call: CallSnapshot, leg: Leg, position: int, region: str) -> Row:
    return {
        "id": uuid5(call.call_id, leg.key),
        "call_id": call.call_id,
        "key": leg.key,
        "position": position,
        "extension": _word(leg.extension),
        "number": read_number(leg.raw_number, region).number if leg.raw_number else None,
        "rang_at": leg.rang_at,
        "answered_at": leg.answered_at,
        "ended_at": leg.ended_at,
        "outcome": leg.outcome.value if leg.outcome else None,
        "talk_seconds": leg.talk_seconds,
        "device": _word(leg.device),
    }


def visit_rows(call: CallSnapshot) -> list[Row]:
    """The caller's stays in queues."""
    return [
        {
            "id": uuid5(call.call_id, f"queue/{position}"),
            "call_id": call.call_id,
            "position": position,
            "name": _word(visit.name) or "",
            "entered_at": visit.entered_at,
            "left_at": visit.left_at,
            "outcome": visit.outcome.value if visit.outcome else None,
        }
        for position, visit in enumerate(call.queues)
    ]


def activity_row(call: CallSnapshot, client_id: UUID, directory: AgentDirectory) -> Row:
    """What the client's timeline shows of a call."""
    user_at = seats(directory, call.pbx)
    return {
        "id": uuid5(client_id, str(call.call_id)),
        "record_id": client_id,
        "source_id": call.call_id,
        "kind": "call",
        "at": call.started_at,
        "actor_id": user_at(call.handled_by) or user_at(call.placed_by),
        "summary": {},
    }


def ends_anew(call: CallSnapshot, stored: Any) -> bool:
    """Whether a call has ended that lived before, or has ended otherwise than was told of it."""
    if call.status is not CallStatus.ENDED:
        return False
    return stored is None or (stored.status, stored.result) != (call.status, call.result)


def ended_payload(call: CallSnapshot, client_id: UUID | None) -> Row:
    """What the outbox tells of a call that has ended."""
    return {
        "pbx": call.pbx,
        "direction": call.direction.value,
        "result": call.result.value if call.result else None,
        "client_id": str(client_id) if client_id else None,
        "merged_into": str(call.merged_into) if call.merged_into else None,
    }


def _word(text: str | None) -> str | None:
    return clean_text(text, limit=WORD_LIMIT) or None if text else None
