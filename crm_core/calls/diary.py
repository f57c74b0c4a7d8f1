"""What the log tells of calls: who rang where, and what came of it. Numbers stay out of it.

The tape knows everything; this is for the person who looks at the log of today.
"""

import logging

from crm_core.kernel.events import CallEnded, CallRinging, Event

logger = logging.getLogger(__name__)


async def on_call_event(event: Event) -> None:
    """Write one line; each begins with the call's id."""
    match event:
        case CallRinging(call=call):
            queue = f" for queue {call.queue}" if call.queue else ""
            logger.info("call %s rings at %s%s", call.call_id, event.extension, queue)
        case CallEnded(call=call):
            logger.info(
                "call %s has ended: %s, %s by %s, %.0f s of talk",
                call.call_id,
                call.direction,
                call.result or "without a result",
                call.handled_by or "nobody",
                call.talk_seconds,
            )
