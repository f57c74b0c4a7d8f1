"""REST: the black box of a call. Who opens or takes one is written to the audit."""

import asyncio
from datetime import datetime
from typing import Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from crm_core.access.audit import write_audit
from crm_core.calls.call_view import CallView
from crm_core.calls.traces.export import file_name, pack
from crm_core.calls.traces.trace import BlackBox, CallTrace, ScreenState
from crm_core.calls.traces.view import FactKind, TapeSlice, TapeState
from crm_core.kernel.errors import Forbidden, NotFound
from web.api.gaps import GapView, view_gap
from web.keys import DATABASE, LINKS, LIVE_LOG, RIGHTS, SERVER
from web.operations import Download, operation
from web.visit import Visit

routes = web.RouteTableDef()


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class FrameView(_View):
    """One message on the tape; `text` is all of it. `sent_at` is Asterisk's own time."""

    at: datetime
    sent_at: datetime | None
    name: str
    channel: str | None
    text: str


class FactView(_View):
    """What the house is told of these messages today."""

    at: datetime
    kind: FactKind
    call_id: UUID
    status: str
    result: str | None
    extension: str | None
    reason: str | None
    answered_by: str | None


class ScreenView(_View):
    """What came of the card at one phone."""

    extension: str
    user_id: UUID | None
    user_name: str | None
    state: ScreenState
    rang_at: datetime
    sent_at: datetime | None
    painted_at: datetime | None
    dismissed_at: datetime | None
    gone_at: datetime | None


class DifferenceView(_View):
    """The row was told by another version than today's."""

    field: str
    stored: str
    told: str


class TapeView(_View):
    """How much of the call the tape holds. Ticks of our clock are counted and not shown."""

    state: TapeState
    is_cut: bool
    begins_at: datetime | None
    from_at: datetime
    to_at: datetime
    ticks: int
    tracker_version: str


class TraceView(_View):
    """The black box of one call."""

    call: CallView
    tape: TapeView
    frames: list[FrameView]
    facts: list[FactView]
    screens: list[ScreenView]
    gaps: list[GapView]
    differences: list[DifferenceView]


@routes.get("/api/calls/{call_id}/trace")
@operation(errors=(NotFound, Forbidden))
async def trace_call(visit: Visit, call_id: UUID) -> TraceView:
    """Show what the PBX said of a call, what was made of it, and what each screen did."""
    trace = await _open(visit, call_id, "call.traced")
    tape = trace.tape
    shown = [frame for frame in tape.frames if frame.name != "AlloTick"]
    return TraceView(
        call=trace.call,
        tape=_tape_view(tape, trace),
        frames=[FrameView.model_validate(frame) for frame in shown],
        facts=[FactView.model_validate(fact) for fact in tape.facts],
        screens=[ScreenView.model_validate(screen) for screen in trace.screens],
        gaps=[view_gap(gap) for gap in trace.gaps],
        differences=[DifferenceView.model_validate(one) for one in trace.differences],
    )


@routes.get("/api/calls/{call_id}/trace/export")
@operation(errors=(NotFound, Forbidden))
async def export_trace(visit: Visit, call_id: UUID) -> Download:
    """Give the black box as an archive, numbers and names masked, for a report of a fault."""
    trace = await _open(visit, call_id, "call.trace_exported")
    tapes, version = visit[LINKS].tapes, visit[SERVER].version
    content = await asyncio.to_thread(pack, trace, tapes, version=version)
    return Download(content, "application/zip", file_name(trace.call.id))


async def _open(
    visit: Visit, call_id: UUID, action: Literal["call.traced", "call.trace_exported"]
) -> CallTrace:
    box = BlackBox(visit[LIVE_LOG], visit[LINKS].tapes)
    async with visit[DATABASE].read() as session:
        rows = await box.rows_of(session, visit.person, visit[RIGHTS], call_id)
    async with visit[DATABASE].write() as unit:
        write_audit(
            unit,
            action,
            by=visit.person.user_id,
            on=("call", rows.call.id),
            address=visit.address,
        )
    return await box.open(rows)


def _tape_view(tape: TapeSlice, trace: CallTrace) -> TapeView:
    return TapeView(
        state=tape.state,
        is_cut=tape.is_cut,
        begins_at=tape.begins_at,
        from_at=trace.wish.from_at,
        to_at=trace.wish.to_at,
        ticks=tape.ticks,
        tracker_version=tape.tracker_version,
    )
