"""A call that goes on: hang up, pass on, park, take over. Each asks the PBX once.

One handles one's own calls; of others' only whom the role lets `control` them.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal
from uuid import UUID

from crm_core.access.permissions import Person, Rights
from crm_core.calls import calls
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_rights import is_live_within_reach
from crm_core.calls.call_view import CallView
from crm_core.calls.control import (
    CallControl,
    LiveChannel,
    PbxRefused,
    PickUpOrder,
    TransferWay,
)
from crm_core.calls.live_log import LiveLog
from crm_core.calls.orders.desk import RING_SECONDS, OrderDesk, Seat
from crm_core.calls.orders.order import Order
from crm_core.kernel.clock import utc_now
from crm_core.kernel.errors import Conflict, Forbidden, NotFound

ConsultationEnd = Literal["complete", "cancel"]

# A PBX says yes to a transfer before it says what it does: so long its word may be on the way.
UNDER_WAY = timedelta(seconds=2)
LOOK_SECONDS = 0.05


class CallIsOver(Conflict):
    """The call has ended, or this person's part in it has."""

    code = "call_is_over"


class NothingToDo(Conflict):
    """The call is not in a state in which this can be done."""

    code = "call_in_other_state"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hand:
    """One's own end of a call, and who is at the others."""

    call: CallView
    own: LiveChannel
    others: Sequence[LiveChannel]

    @property
    def met(self) -> list[LiveChannel]:
        """Those whom one talks to."""
        return [one for one in self.others if one.name in self.own.hears]

    @property
    def is_asking(self) -> bool:
        """Whether somebody waits while another is asked."""
        waiting = [one for one in self.others if one.is_up and one.name not in self.own.hears]
        return 0 < len(waiting) < len(self.others)


class CallHandling:
    """What a person does with calls that live."""

    def __init__(
        self, directory: AgentDirectory, rights: Rights, live: LiveLog, orders: OrderDesk
    ) -> None:
        self._database = orders.watch.database
        self._directory = directory
        self._rights = rights
        self._live = live
        self._orders = orders
        self._control: CallControl = orders.control

    async def hang_up(self, person: Person, call_id: UUID) -> None:
        """Put one's receiver down. Who has no part in the call but the right ends all of it."""
        clicked = self._orders.watch.open_call(person.user_id, call_id)
        if clicked is not None and self._live.view(call_id) is None:
            await self._end_ring(clicked)
            return
        call, channels = await self._call(person, call_id)
        own = self._own(person, call, channels)
        ends = own or [one for one in channels if one.is_far] or channels[:1]
        if clicked is not None:
            self._orders.watch.give_up(clicked)
        for channel in ends:
            await self._control.hang_up(call.pbx, channel.name)

    async def _end_ring(self, order: Order) -> None:
        """One's own phone still rings for one's click: nobody knows of the call yet."""
        channels = self._control.channels_of(order.pbx, order.call_id or order.id)
        own = [one for one in channels if one.extension == order.extension]
        if not own:
            raise CallIsOver("this call is over")
        self._orders.watch.give_up(order)
        await self._control.hang_up(order.pbx, own[0].name)

    async def transfer(self, person: Person, call_id: UUID, to: str, way: TransferWay) -> None:
        """Pass the other side on to a colleague or a number that one may call oneself."""
        hand = await self._hand(person, call_id)
        if not hand.met:
            raise NothingToDo("there is nobody on the line to pass on")
        dialled = self._orders.read(hand.call.pbx, to)
        seat = Seat(hand.call.pbx, hand.own.extension or "")
        order = self._orders.new_order(person, seat, dialled.number, kind="transfer")
        order = replace(
            order,
            call_id=call_id,
            is_abroad=dialled.is_abroad,
            state="answered",
            outcome="sent",
        )
        await self._orders.enter(order, person, dialled)
        channel = hand.own.name
        await self._orders.ask(
            order, lambda: self._control.transfer(hand.call.pbx, channel, dialled.exten, way)
        )

    async def end_consultation(self, person: Person, call_id: UUID, end: ConsultationEnd) -> None:
        """Join the two others by leaving, or go back to the one who waits."""
        hand = await self._hand(person, call_id)
        while not hand.is_asking:
            if not self._orders.watch.is_passed_on(person.user_id, call_id, utc_now() - UNDER_WAY):
                raise NothingToDo("nobody is being asked at this moment")
            await asyncio.sleep(LOOK_SECONDS)
            hand = await self._hand(person, call_id)
        if end == "complete":
            await self._control.hang_up(hand.call.pbx, hand.own.name)
        else:
            await self._control.cancel_transfer(hand.call.pbx, hand.own.name)

    async def park(self, person: Person, call_id: UUID) -> None:
        """Let the other side wait in a slot, from where any phone can take it."""
        hand = await self._hand(person, call_id)
        if len(hand.met) != 1:
            raise NothingToDo("there is nobody on the line to park")
        await self._control.park(hand.call.pbx, hand.met[0].name, hand.own.name)
        with suppress(PbxRefused):  # the PBX may have put it down by itself
            await self._control.hang_up(hand.call.pbx, hand.own.name)

    async def pick_up(self, person: Person, call_id: UUID) -> Order:
        """Take a call that rings at a colleague's: one's own phone rings, and gets it."""
        await self._rights.demand(person, "place", "call")
        call = await self._view(person, call_id)
        ringing = [one for one in self._channels(call) if one.extension and _rings(one)]
        theirs = [one for one in ringing if self._may_take(person, call.pbx, one.extension or "")]
        if not theirs:
            raise CallIsOver("nobody's phone rings for this call any more")
        seat = self._orders.seat_of(person, call.pbx)
        order = self._orders.new_order(person, seat, call.number or "", kind="pickup")
        order = replace(order, call_id=call_id, number=(call.number or "")[:40])
        ring = PickUpOrder(
            extension=seat.extension,
            channel=theirs[0].name,
            caller_name=call.number or call.caller_name or "",
            ring_seconds=RING_SECONDS,
            uniqueid=order.uniqueid,
        )
        await self._orders.enter(order, person, None)
        return await self._orders.ask(order, lambda: self._control.pick_up(call.pbx, ring))

    def _may_take(self, person: Person, pbx: str, extension: str) -> bool:
        """A colleague's of one's team; whoever may control all calls, anybody's."""
        owner = self._directory.user_at(pbx, extension)
        if owner is None or owner == person.user_id:
            return False
        if self._rights.scope_of(person, "control", "call") == "all":
            return True
        return self._directory.team_of(owner) == person.team_id

    async def _view(self, person: Person, call_id: UUID) -> CallView:
        """A call that goes on, if need be under the id of a consultation that became part of it."""
        call = self._live.view(call_id)
        if call is None:
            async with self._database.read() as session:
                kept = await calls.get_call(session, person, self._rights, call_id, self._live)
            call = self._live.view(kept.id)
        if call is None or call.ended_at is not None:
            raise CallIsOver("this call is over")
        return call

    async def _call(self, person: Person, call_id: UUID) -> tuple[CallView, list[LiveChannel]]:
        """A call that lives and that this person may handle."""
        call = await self._view(person, call_id)
        if not is_live_within_reach(call, person, self._rights, "control"):
            if not is_live_within_reach(call, person, self._rights, "read"):
                raise NotFound("no such call")
            raise Forbidden("your role does not allow to control this call")
        channels = self._channels(call)
        if not channels:
            raise CallIsOver("this call is over")
        return call, channels

    def _channels(self, call: CallView) -> list[LiveChannel]:
        return list(self._control.channels_of(call.pbx, call.id))

    def _own(
        self, person: Person, call: CallView, channels: Sequence[LiveChannel]
    ) -> list[LiveChannel]:
        seats = self._directory.extensions_of(person.user_id)
        own = {extension for pbx, extension in seats if pbx == call.pbx}
        return [one for one in channels if one.extension in own]

    async def _hand(self, person: Person, call_id: UUID) -> _Hand:
        call, channels = await self._call(person, call_id)
        own = [one for one in self._own(person, call, channels) if one.is_up]
        if not own:  # a supervisor passes on what somebody else holds
            scope = self._rights.scope_of(person, "control", "call")
            if scope != "all":
                raise CallIsOver("you are not in this call any more")
            own = [one for one in channels if one.extension and one.is_up and not one.is_far]
        if not own:
            raise NothingToDo("nobody has answered this call")
        hand = own[-1]
        return _Hand(call=call, own=hand, others=[one for one in channels if one is not hand])


def _rings(channel: LiveChannel) -> bool:
    return channel.is_dialled and not channel.is_up and not channel.is_far
