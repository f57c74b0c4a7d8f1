"""The baton: what whoever is handed a caller should know before answering.

Pure. Times are those of the moment of handing over and stand still after it, so a card is not drawn
anew with every second; the note and the result are as they are now.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from crm_core.calls.call_view import CallView, ClientRef, LegView, TransferView
from crm_core.kernel.call_facts import TransferKind, TransferOutcome
from crm_core.kernel.phone import format_number

NameOf = Callable[[UUID | None], str | None]

BatonKind = Literal["blind", "attended", "redirect", "park", "forward", "consultation"]

_KINDS: dict[TransferKind, BatonKind] = {  # who picks a call up has taken it themselves
    TransferKind.BLIND: "blind",
    TransferKind.ATTENDED: "attended",
    TransferKind.REDIRECT: "redirect",
    TransferKind.PARK: "park",
    TransferKind.FORWARD: "forward",
}


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)


class Passer(_View):
    """Who hands over. Without an extension nobody of ours did, as far as the PBX tells."""

    extension: str | None
    user_id: UUID | None
    name: str | None


class BatonLeg(_View):
    """Who spoke with the other side so far, and how long; `number` is set for outsiders."""

    extension: str | None
    number: str | None
    user_id: UUID | None
    name: str | None
    talk_seconds: float


class Baton(_View):
    """A call passed on: by whom, how, what was written, and what it has cost the caller so far.

    `call_id` is the client's call; while a colleague is only asked for advice it is another one
    than the call that rings. `spent_seconds` were spoken, hold included, until `at`.
    """

    call_id: UUID
    kind: BatonKind
    passer: Passer = Field(alias="from")
    client: ClientRef | None
    number: str | None
    number_formatted: str | None
    note: str
    disposition: str | None
    spent_seconds: float
    waited_seconds: float
    legs: tuple[BatonLeg, ...]
    at: datetime


def baton_of_ring(call: CallView, extension: str, name_of: NameOf) -> Baton | None:
    """What goes with a call to the extension that rings for it now, if it was passed on at all."""
    ring = next((leg for leg in reversed(call.legs) if _is_ringing_at(leg, extension)), None)
    if ring is None or ring.rang_at is None:
        return None
    transfer = _transfer_before(call, ring)
    if transfer is not None:
        by = transfer.by or _last_speaker(call, transfer.at)
        if by == extension:
            return None  # it has come back: they know
        return _baton(call, _KINDS[transfer.kind], by, transfer.at, name_of)
    asking = _who_asks(call, ring)
    return _baton(call, "consultation", asking, ring.rang_at, name_of) if asking else None


def baton_of_question(
    call: CallView, extension: str, asked_at: datetime, name_of: NameOf
) -> Baton | None:
    """What goes with a question about this client's call, asked by a call of its own."""
    return _baton(call, "consultation", extension, asked_at, name_of)


def _is_ringing_at(leg: LegView, extension: str) -> bool:
    is_open = leg.answered_at is None and leg.ended_at is None
    return leg.extension == extension and is_open and leg.rang_at is not None


def _transfer_before(call: CallView, ring: LegView) -> TransferView | None:
    """The last time that the call was passed on before this phone rang, or to this very phone."""
    for transfer in reversed(call.transfers):
        if transfer.kind not in _KINDS or transfer.outcome is TransferOutcome.FAILED:
            continue
        if transfer.to == ring.extension or (ring.rang_at and transfer.at <= ring.rang_at):
            return transfer
    return None


def _who_asks(call: CallView, ring: LegView) -> str | None:
    """Who of ours was talking already when this phone began to ring, and still is."""
    for leg in reversed(call.legs):
        begun_at = _began(leg, call)
        if leg.extension is None or leg.extension == ring.extension or leg.ended_at or not begun_at:
            continue
        if ring.rang_at and begun_at < ring.rang_at:
            return leg.extension
    return None


def _last_speaker(call: CallView, at: datetime) -> str | None:
    spoke = [(_began(leg, call), leg.extension) for leg in call.legs if leg.extension]
    moments = [(begun_at, extension) for begun_at, extension in spoke if begun_at and begun_at < at]
    return max(moments)[1] if moments else None


def _began(leg: LegView, call: CallView) -> datetime | None:
    """When this person was connected with the other side; who dialled waits for the answer."""
    if call.placed_by is not None and leg.extension == call.placed_by.extension:
        return call.answered_at
    return leg.answered_at


def _baton(call: CallView, kind: BatonKind, by: str | None, at: datetime, name_of: NameOf) -> Baton:
    users = {leg.extension: leg.user_id for leg in call.legs if leg.extension}
    if call.placed_by is not None:
        users.setdefault(call.placed_by.extension, call.placed_by.user_id)
    passer_id = users.get(by) if by else None
    waited = ((call.answered_at or at) - call.started_at).total_seconds()
    return Baton(
        call_id=call.id,
        kind=kind,
        passer=Passer(extension=by, user_id=passer_id, name=name_of(passer_id)),
        client=call.client,
        number=call.number,
        number_formatted=format_number(call.number) if call.number else None,
        note=call.note,
        disposition=call.disposition,
        spent_seconds=_spent(call, at),
        waited_seconds=round(max(0.0, waited), 3),
        legs=tuple(_legs(call, at, name_of)),
        at=at,
    )


def _legs(call: CallView, at: datetime, name_of: NameOf) -> Sequence[BatonLeg]:
    return [
        BatonLeg(
            extension=leg.extension,
            number=leg.number,
            user_id=leg.user_id,
            name=name_of(leg.user_id),
            talk_seconds=round((span[1] - span[0]).total_seconds(), 3),
        )
        for leg in call.legs
        if (span := _span(leg, call, at))
    ]


def _span(leg: LegView, call: CallView, at: datetime) -> tuple[datetime, datetime] | None:
    """When this person spoke, as far as it was before the handing over."""
    begun_at = _began(leg, call)
    ended_at = min(leg.ended_at or at, at)
    return (begun_at, ended_at) if begun_at is not None and begun_at < ended_at else None


def _spent(call: CallView, at: datetime) -> float:
    """The time in which the other side was with anybody of ours; together counts once."""
    spans = [span for leg in call.legs if (span := _span(leg, call, at))]
    moments = sorted({moment for span in spans for moment in span})
    return round(
        sum(
            (end - begin).total_seconds()
            for begin, end in pairwise(moments)
            if any(span[0] <= begin and end <= span[1] for span in spans)
        ),
        3,
    )
