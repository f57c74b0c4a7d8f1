"""How calls go, step by step, as a real Asterisk tells them.

The order of the events within a step is that of recorded calls: it is what a tracker must be able
to read, with its repeated DialEnd in queues and its client who is "Up" long before anybody answers.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from telephony.simulator.channels import Channel, Phone, Switchboard, member_keys
from telephony.simulator.passing import pass_on, take_over
from telephony.simulator.plans import IN_QUEUE, Caller, CallKind, CallPlan

TRUNK = "PJSIP/provider"
COMPANY = "74950000700"

Pause = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class Stage:
    """Where a call is played: the switchboard, and how time passes."""

    board: Switchboard
    pause: Pause

    async def play(self, plan: CallPlan) -> None:
        """Play one call from its first ring to its last hang-up."""
        if plan.kind is CallKind.INTERNAL:
            await self._internal(plan)
        elif plan.kind is CallKind.OUTBOUND:
            await self._outbound(plan)
        elif plan.kind in IN_QUEUE:
            await self._queue(plan)
        else:
            await self._dial(plan)

    async def _dial(self, plan: CallPlan) -> None:
        """A call to one phone or to a ring group."""
        board = self.board
        caller = board.incoming(
            TRUNK, number=plan.caller.number, name=plan.caller.name, did=plan.did
        )
        board.run(caller, "Set", f"__DID={plan.did}")
        dial = "&".join(board.phones[extension].endpoint for extension in plan.extensions)
        board.run(caller, "Dial", f"{dial},20,tT")
        called = self._call_phones(caller, plan.extensions)
        if len(called) == 1:
            board.show_connected(caller, called[0])
        if plan.kind is CallKind.BUSY:
            self._end_dial(caller, called, "BUSY", cause=17)
            self._end_caller(caller)
            return
        self._ring(caller, called)
        await self.pause(plan.ring_seconds)
        if plan.answered_by is not None:
            await self._answer(plan, caller, called)
            return
        if plan.kind is CallKind.ABANDONED:
            board.say("HangupRequest", caller.keys())
        status = "CANCEL" if plan.kind is CallKind.ABANDONED else "NOANSWER"
        self._end_dial(caller, called, status, cause=0)
        self._end_caller(caller)

    async def _answer(self, plan: CallPlan, caller: Channel, called: Sequence[Channel]) -> None:
        """One of the phones that ring is lifted, the others fall silent."""
        board = self.board
        winner, losers = self._split(called, plan.answered_by)
        board.change_state(winner, "Up")
        if losers:
            board.show_connected(caller, winner)
        for loser in losers:
            board.about_dial("DialEnd", caller, loser, DialStatus="CANCEL")
        board.about_dial("DialEnd", caller, winner, DialStatus="ANSWER")
        board.change_state(caller, "Up")
        board.bridge(winner, caller)
        for loser in losers:
            board.hang_up(loser, 26)
        if plan.passed_on_to is not None:
            await self.pause(plan.before_seconds)
            winner = pass_on(board, caller, winner, plan.passed_on_to)
            await self.pause(plan.ring_seconds)
            take_over(board, caller, winner)
        await self._talk(plan, caller, winner)

    async def _queue(self, plan: CallPlan) -> None:
        """A call to a queue where all ring; the caller hears music, so he is Up at once."""
        board, queue = self.board, plan.queue or "sales"
        caller = board.incoming(
            TRUNK, number=plan.caller.number, name=plan.caller.name, did=plan.did
        )
        board.run(caller, "Set", f"__DID={plan.did}")
        board.run(caller, "Answer", "")
        board.change_state(caller, "Up")
        board.run(caller, "Queue", f"{queue},,,,20")
        board.say("QueueCallerJoin", caller.keys(), Queue=queue, Position="1", Count="1")
        called = [self._call_member(caller, queue, extension) for extension in plan.extensions]
        self._ring(caller, called, learns_caller=True)
        await self.pause(plan.ring_seconds)
        if plan.answered_by is None:
            await self._leave_queue(caller, called, queue, plan)
            return
        winner, losers = self._split(called, plan.answered_by)
        board.change_state(winner, "Up")
        board.about_dial("DialEnd", caller, winner, DialStatus="ANSWER")
        self._cancel_twice(caller, losers)
        board.show_connected(caller, winner)
        board.say("QueueCallerLeave", caller.keys(), Queue=queue, Position="1", Count="0")
        for loser in losers:
            board.hang_up(loser, 26)
        phone = board.phones[plan.answered_by]
        held = {
            "HoldTime": str(round(plan.ring_seconds)),
            "RingTime": str(round(plan.ring_seconds)),
        }
        self._tell_agent("AgentConnect", caller, winner, queue, phone, **held)
        board.bridge(winner, caller)
        await self._talk(plan, caller, winner, queue=queue)

    async def _leave_queue(
        self, caller: Channel, called: Sequence[Channel], queue: str, plan: CallPlan
    ) -> None:
        """Nobody answered in time; the queue says "abandon" though the caller is still there."""
        board = self.board
        for channel in called:
            phone = board.phones[channel.number]
            ring = {"RingTime": str(round(plan.ring_seconds * 1000))}
            self._tell_agent("AgentRingNoAnswer", caller, channel, queue, phone, **ring)
            board.about_dial("DialEnd", caller, channel, DialStatus="NOANSWER")
            board.about_dial("DialEnd", caller, channel, DialStatus="CANCEL")
        for channel in called:
            board.hang_up(channel, 0)
        hold = str(round(plan.ring_seconds))
        board.say(
            "QueueCallerAbandon", caller.keys(), privilege="agent",
            Queue=queue, Position="1", OriginalPosition="1", HoldTime=hold,
        )  # fmt: skip
        board.say("QueueCallerLeave", caller.keys(), Queue=queue, Position="1", Count="0")
        board.run(caller, "Playback", "vm-nobodyavail")
        await self.pause(2)
        self._end_caller(caller)

    async def _outbound(self, plan: CallPlan) -> None:
        """An agent dials a client from the phone; the number stands only in what was dialled."""
        await self._dial_out(plan, self.board.dialled(plan.extensions[0], plan.caller.number))

    async def _dial_out(self, plan: CallPlan, agent: Channel) -> None:
        board, number = self.board, plan.caller.number
        board.run(agent, "Set", f"CALLERID(num)={COMPANY}")
        board.show_caller(agent, COMPANY, "Ромашка")
        board.run(agent, "Dial", f"{TRUNK.replace('/', f'/{number}@', 1)},60")
        client = board.outgoing(TRUNK, agent)
        board.show_caller(client, "s", "")
        board.show_connected(client, agent)
        board.about_dial("DialBegin", agent, client, DialString=f"{number}@provider")
        board.show_connected(agent, client)
        self._ring(agent, [client])
        await self.pause(plan.ring_seconds)
        board.change_state(client, "Up")
        board.about_dial("DialEnd", agent, client, DialStatus="ANSWER")
        if agent.state != "Up":
            board.change_state(agent, "Up")
        board.bridge(client, agent)
        await self._talk(plan, agent, client)

    async def click_to_call(
        self, extension: str, number: str, *, action_id: str, uniqueid: str = ""
    ) -> None:
        """The PBX rings the agent, then the client. No calling channel in the first dial."""
        board = self.board
        phone = board.phones[extension]
        agent = board.outgoing(phone.endpoint, uniqueid=uniqueid)
        board.show_caller(agent, extension, "Call client")
        board.show_connected(agent, agent)
        board.about_dial("DialBegin", None, agent, DialString=extension)
        board.change_state(agent, "Ringing")
        board.about_dial("DialState", None, agent, DialStatus="RINGING")
        told = {"ActionID": action_id, "Channel": agent.name, "Context": "agents"}
        told |= {"Exten": number, "Uniqueid": agent.uniqueid, "CallerIDNum": extension}
        try:
            await self.pause(2)
        except asyncio.CancelledError:  # hung up before it was lifted
            board.say("OriginateResponse", told, Response="Failure", Reason="0")
            raise
        board.say("OriginateResponse", told, Response="Success", Reason="4")
        board.change_state(agent, "Up")
        board.about_dial("DialEnd", None, agent, DialStatus="ANSWER")
        plan = CallPlan(
            kind=CallKind.OUTBOUND, caller=Caller(number), extensions=(extension,), ring_seconds=3
        )
        await self._dial_out(plan, agent)

    async def _internal(self, plan: CallPlan) -> None:
        """One of ours calls another of ours."""
        board = self.board
        dialler, callee = plan.extensions
        caller = board.dialled(dialler, callee)
        board.run(caller, "Dial", f"{board.phones[callee].endpoint},20,tT")
        called = self._call_phones(caller, [callee])
        board.show_connected(caller, called[0])
        self._ring(caller, called)
        await self.pause(plan.ring_seconds)
        board.change_state(called[0], "Up")
        board.about_dial("DialEnd", caller, called[0], DialStatus="ANSWER")
        board.change_state(caller, "Up")
        board.bridge(called[0], caller)
        await self._talk(plan, caller, called[0])

    def _call_phones(self, caller: Channel, extensions: Sequence[str]) -> list[Channel]:
        called = []
        for extension in extensions:
            channel = self.board.outgoing(self.board.phones[extension].endpoint, caller)
            channel.exten = caller.exten
            self.board.show_connected(channel, caller)
            called.append(channel)
        for channel in called:
            self.board.about_dial("DialBegin", caller, channel, DialString=channel.number)
        return called

    def _call_member(self, caller: Channel, queue: str, extension: str) -> Channel:
        phone = self.board.phones[extension]
        channel = self.board.outgoing(phone.endpoint, caller)
        channel.exten = caller.exten
        # a queue's DialBegin does not tell the phone's side who calls; AgentCalled does
        told = {
            **channel.keys("Dest"),
            "DestConnectedLineNum": caller.number,
            "DestConnectedLineName": caller.caller_name,
        }
        self.board.say(
            "AgentCalled", caller.keys(), told, privilege="agent",
            Queue=queue, Interface=phone.endpoint, MemberName=phone.name,
        )  # fmt: skip
        self.board.about_dial("DialBegin", caller, channel, DialString=phone.endpoint)
        return channel

    def _ring(
        self, caller: Channel, called: Sequence[Channel], *, learns_caller: bool = False
    ) -> None:
        for channel in called:
            self.board.change_state(channel, "Ringing")
            if learns_caller:
                self.board.show_connected(channel, caller)
            self.board.about_dial("DialState", caller, channel, DialStatus="RINGING")

    async def _talk(
        self, plan: CallPlan, caller: Channel, called: Channel, *, queue: str | None = None
    ) -> None:
        """They talk, then one of them hangs up."""
        board = self.board
        await self.pause(plan.talk_seconds)
        first, second = (caller, called) if plan.caller_hangs_up else (called, caller)
        board.say("HangupRequest", first.keys(), Cause="16")
        board.unbridge(first, second)
        if queue is not None:
            reason = "caller" if plan.caller_hangs_up else "agent"
            times = {"TalkTime": str(round(plan.talk_seconds)), "Reason": reason}
            phone = board.phones[called.number]
            self._tell_agent("AgentComplete", caller, called, queue, phone, **times)
        board.say("HangupRequest", second.keys(), Cause="16")
        board.hang_up(called)
        board.say("SoftHangupRequest", caller.keys(), Cause="16")
        board.hang_up(caller)

    def _end_dial(
        self, caller: Channel, called: Sequence[Channel], status: str, *, cause: int
    ) -> None:
        for channel in called:
            self.board.about_dial("DialEnd", caller, channel, DialStatus=status)
        for channel in called:
            self.board.hang_up(channel, cause)

    def _cancel_twice(self, caller: Channel, losers: Sequence[Channel]) -> None:
        for _ in range(2):
            for loser in losers:
                self.board.about_dial("DialEnd", caller, loser, DialStatus="CANCEL")

    def _end_caller(self, caller: Channel) -> None:
        self.board.say("SoftHangupRequest", caller.keys(), Cause="16")
        self.board.hang_up(caller)

    def _split(
        self, called: Sequence[Channel], answered_by: str | None
    ) -> tuple[Channel, list[Channel]]:
        winner = next(channel for channel in called if channel.number == answered_by)
        return winner, [channel for channel in called if channel is not winner]

    def _tell_agent(
        self, event: str, caller: Channel, agent: Channel, queue: str, phone: Phone, **keys: str
    ) -> None:
        member = {
            key: value
            for key, value in member_keys(phone, queue).items()
            if key in {"Queue", "MemberName", "Interface"}
        }
        self.board.say(event, caller.keys(), agent.keys("Dest"), member, keys, privilege="agent")
