"""Commands to a PBX over its standing link. The only place where a call is asked for.

An action is sent once and never again, whatever becomes of the link.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from crm_core.calls.control import (
    DialOrder,
    LiveChannel,
    PauseOrder,
    PbxRefused,
    PbxUnreachable,
    PickUpOrder,
    RingOrder,
    TransferWay,
)
from crm_core.kernel.errors import InvalidValue
from telephony.ami_action import AmiAction
from telephony.link import LinkState, PbxLink
from telephony.tracker.names import call_id

QUEUED_SECONDS = 5.0
NAME_LIMIT = 60
CONTEXT_OF = {"PJSIP": "PJSIP_ENDPOINT", "SIP": "SIPPEER"}
TRANSFERS = {"blind": "BlindTransfer", "attended": "Atxfer"}

_DIALLED = re.compile(r"\+?[0-9*#]{2,32}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,80}", re.ASCII)
_NOT_IN_A_NAME = re.compile(r"[\"<>\\\x00-\x1f\x7f]")


class LinkControl:
    """The `CallControl` of the core: finds the link at the moment of the command."""

    def __init__(self, find: Callable[[str], PbxLink | None]) -> None:
        self._find = find

    async def originate(self, pbx: str, order: RingOrder) -> None:
        """Make a phone ring, once.

        The phone that answers hears itself; no dialplan runs, so nothing can be dialled by it.
        """
        action = {
            "Action": "Originate",
            "Channel": order.endpoint,
            "Application": "Echo",
            "CallerID": f'"{order.caller_name}" <{order.caller_number}>',
            "Timeout": str(order.ring_seconds * 1000),
            "ChannelId": order.uniqueid,
            "Async": "true",
        }
        await self._ask(self._link(pbx), action)

    def call_id_of(self, pbx: str, uniqueid: str) -> UUID:
        """The id of the call that a channel of this id begins; its second stands in it."""
        return call_id(pbx, uniqueid, datetime.now(UTC))

    def channels_of(self, pbx: str, call_id: UUID) -> Sequence[LiveChannel]:
        """The ends of a call that goes on; of what is not heard any more nobody knows."""
        link = self._link(pbx)
        if link.state is not LinkState.UP:
            raise PbxUnreachable("there is no link to the PBX")
        return link.channels_of(call_id)

    async def dial(self, pbx: str, order: DialOrder) -> None:
        """Ring the phone; lifted, it dials as if the number had been typed on it."""
        link = self._link(pbx)
        where = {
            "Context": await _context(link, order.extension),
            "Exten": _dialled(order.number),
            "Priority": "1",
        }
        await self._ask(link, _ring_own(link, order) | where)

    async def pick_up(self, pbx: str, order: PickUpOrder) -> None:
        """Ring the phone; lifted, it takes the call that rings elsewhere."""
        link = self._link(pbx)
        what = {"Application": "PickupChan", "Data": order.channel}
        await self._ask(link, _ring_own(link, order) | what)

    async def hang_up(self, pbx: str, channel: str) -> None:
        """End one end of a call, as a receiver that is put down."""
        await self._ask(self._link(pbx), {"Action": "Hangup", "Channel": channel, "Cause": "16"})

    async def transfer(self, pbx: str, channel: str, to: str, way: TransferWay) -> None:
        """Pass on whom `channel` talks to; a consultation is ended by hanging `channel` up."""
        link = self._link(pbx)
        action = {
            "Action": TRANSFERS[way],
            "Channel": channel,
            "Context": await _context(link, link.phones.extension_of(channel)),
            "Exten": _dialled(to),
        }
        await self._ask(link, action)

    async def cancel_transfer(self, pbx: str, channel: str) -> None:
        """Go back from the one who is asked to the one who waits."""
        await self._ask(self._link(pbx), {"Action": "CancelAtxfer", "Channel": channel})

    async def park(self, pbx: str, channel: str, by: str) -> None:
        """Park; whom nobody takes comes back to the phone of `by`."""
        action = {"Action": "Park", "Channel": channel, "TimeoutChannel": by}
        await self._ask(self._link(pbx), action)

    async def pause(self, pbx: str, order: PauseOrder) -> None:
        """Pause a member of queues or end its pause. To say it again changes nothing there."""
        action = {
            "Action": "QueuePause",
            "Interface": order.interface,
            "Paused": "true" if order.is_paused else "false",
        }
        if order.queue is not None:
            action["Queue"] = order.queue
        if order.reason:
            action["Reason"] = order.reason
        await self._ask(self._link(pbx), action)

    def _link(self, pbx: str) -> PbxLink:
        link = self._find(pbx)
        if link is None:
            raise PbxUnreachable("there is no link to the PBX")
        return link

    async def _ask(self, link: PbxLink, action: AmiAction) -> None:
        reply = await link.call(action, timeout=QUEUED_SECONDS)
        if not reply.is_success:
            raise PbxRefused(reply.message or "the PBX refused this")


def _ring_own(link: PbxLink, order: DialOrder | PickUpOrder) -> dict[str, str]:
    """The agent's own number is the caller's: the dialplan calls out in the agent's name."""
    name = _NOT_IN_A_NAME.sub("", order.caller_name)[:NAME_LIMIT]
    return {
        "Action": "Originate",
        "Channel": link.phones.endpoint(order.extension),
        "CallerID": f'"{name}" <{order.extension}>',
        "Timeout": str(order.ring_seconds * 1000),
        "ChannelId": order.uniqueid,
        "Async": "true",
    }


async def _context(link: PbxLink, extension: str) -> str:
    """Where this phone dials: as an administrator says, as was seen, else as the PBX says.

    A user with few rights may not look at endpoints, but may read this one word of them.
    """
    if context := link.dial_context or link.phones.context(extension):
        return context
    technology, _, name = link.phones.endpoint(extension).partition("/")
    function = CONTEXT_OF.get(technology)
    if function is not None and _NAME.fullmatch(name):
        variable = f"{function}({name},context)"
        reply = await link.call({"Action": "Getvar", "Variable": variable}, timeout=QUEUED_SECONDS)
        if reply.is_success and _NAME.fullmatch(told := reply.response.get("Value", "")):
            link.phones.learn_context(extension, told)
            return told
    return link.phones.likely_context


def _dialled(number: str) -> str:
    """The last look before the wire: in a dialplan a number is a program's argument."""
    if not _DIALLED.fullmatch(number):
        raise InvalidValue("number", "only digits, * and # can be dialled")
    return number
