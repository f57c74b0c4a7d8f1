"""REST: recordings. Audio is given by id to whoever may hear it, and each listen is noted."""

from datetime import datetime
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from crm_core.access.audit import write_audit
from crm_core.calls.call_view import RecordingState
from crm_core.calls.recording_tables import Recording
from crm_core.calls.recordings import get_recording
from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from web.keys import AUDIO, DATABASE, RIGHTS
from web.operations import StoredFile, operation
from web.visit import Visit

routes = web.RouteTableDef()

CONTENT_TYPE = "audio/ogg"


class RecordingNotReady(Conflict):
    """There is no audio to hear, now or ever; the state says which."""

    code = "recording_not_ready"


class RecordingView(BaseModel):
    """A recording. `peaks`: a lane of 800 numbers from 0 to 255 for each channel.

    Of two channels the first is the agent's. `reason` says more of a state that is no audio.
    """

    id: UUID
    call_id: UUID
    state: RecordingState
    reason: str | None
    duration_seconds: float | None
    channels: int | None
    content_type: str
    peaks: list[list[int]] | None
    started_at: datetime
    has_audio: bool


@routes.get("/api/recordings/{recording_id}")
@operation(errors=(NotFound, Forbidden))
async def show_recording(visit: Visit, recording_id: UUID) -> RecordingView:
    """Show a recording: its state, its length, and the picture of its sound."""
    async with visit[DATABASE].read() as session:
        row = await get_recording(session, visit.person, visit[RIGHTS], recording_id)
    return RecordingView(
        **row.model_dump(
            include={
                *("id", "call_id", "state", "reason", "duration_seconds", "channels", "peaks"),
                "started_at",
            }
        ),
        content_type=CONTENT_TYPE,
        has_audio=row.content_hash is not None,
    )


@routes.get("/api/recordings/{recording_id}/audio")
@operation(200, 206, 304, errors=(NotFound, Forbidden, RecordingNotReady))
async def get_recording_audio(visit: Visit, recording_id: UUID) -> StoredFile:
    """Give the audio, in ranges if asked. The beginning of a listen is written to the audit."""
    async with visit[DATABASE].read() as session:
        row = await get_recording(session, visit.person, visit[RIGHTS], recording_id)
    if row.content_hash is None:
        raise RecordingNotReady(f"this recording is {row.state}")
    if _begins(visit.request):
        await _note(visit, row)
    return StoredFile(visit[AUDIO](row.content_hash), CONTENT_TYPE, row.content_hash)


def _begins(request: web.Request) -> bool:
    """Whether this is the beginning of a listen, and not the next piece of one."""
    asked = request.headers.get("Range", "bytes=0-")
    return asked.replace(" ", "").startswith("bytes=0-")


async def _note(visit: Visit, row: Recording) -> None:
    async with visit[DATABASE].write() as unit:
        write_audit(
            unit,
            "recording.listened",
            by=visit.person.user_id,
            on=("recording", row.id),
            address=visit.address,
            details={"call_id": str(row.call_id)},
        )
