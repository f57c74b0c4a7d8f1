"""How a call is passed on without asking, as a real Asterisk tells it."""

import asyncio
from collections.abc import Awaitable, Callable

from telephony.simulator.channels import Channel, Switchboard

RING_SECONDS = 3.0
TALK_SECONDS = 20.0


def pass_on(board: Switchboard, caller: Channel, agent: Channel, to: str) -> Channel:
    """`agent` sends the caller to another phone, which begins to ring; gives its channel."""
    board.say(
        "BlindTransfer",
        agent.keys("Transferer"),
        caller.keys("Transferee"),
        Result="Success",
        IsExternal="Yes",
        Context="agents",
        Extension=to,
    )
    caller.context, caller.exten = "agents", to
    board.unbridge(agent, caller)
    board.hang_up(agent)
    phone = board.outgoing(board.phones[to].endpoint, caller)
    phone.exten = to
    board.show_connected(phone, caller)
    board.about_dial("DialBegin", caller, phone, DialString=to)
    board.show_connected(caller, phone)
    board.change_state(phone, "Ringing")
    board.about_dial("DialState", caller, phone, DialStatus="RINGING")
    return phone


def take_over(board: Switchboard, caller: Channel, phone: Channel) -> None:
    """The phone that was rung for the caller is lifted."""
    board.change_state(phone, "Up")
    board.about_dial("DialEnd", caller, phone, DialStatus="ANSWER")
    board.bridge(phone, caller)


async def play_on(
    board: Switchboard,
    pause: Callable[[float], Awaitable[None]],
    talk: tuple[Channel, Channel],
    to: str,
) -> None:
    """`talk` are the one who passes on and the one who is passed on, and then hears another."""
    by, other = talk
    other.played_by = asyncio.current_task()
    phone = pass_on(board, other, by, to)
    await pause(RING_SECONDS)
    take_over(board, other, phone)
    await pause(TALK_SECONDS)
    board.say("HangupRequest", other.keys(), Cause="16")
    board.unbridge(other, phone)
    board.hang_up(phone)
    board.hang_up(other)
