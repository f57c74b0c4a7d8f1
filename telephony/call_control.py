"""Commands to a PBX over its standing link. The only place where a call is asked for."""

from collections.abc import Callable

from crm_core.calls.control import PbxRefused, PbxUnreachable, RingOrder
from telephony.link import PbxLink

QUEUED_SECONDS = 5.0


class LinkControl:
    """The `CallControl` of the core: finds the link at the moment of the command."""

    def __init__(self, find: Callable[[str], PbxLink | None]) -> None:
        self._find = find

    async def originate(self, pbx: str, order: RingOrder) -> None:
        """Make a phone ring, once: an action is never sent again, whatever becomes of the link.

        The phone that answers hears itself; no dialplan runs, so nothing can be dialled by it.
        """
        link = self._find(pbx)
        if link is None:
            raise PbxUnreachable("there is no link to the PBX")
        reply = await link.call(
            {
                "Action": "Originate",
                "Channel": order.endpoint,
                "Application": "Echo",
                "CallerID": f'"{order.caller_name}" <{order.caller_number}>',
                "Timeout": str(order.ring_seconds * 1000),
                "ChannelId": order.uniqueid,
                "Async": "true",
            },
            timeout=QUEUED_SECONDS,
        )
        if not reply.is_success:
            raise PbxRefused(reply.message or "the PBX refused the call")
