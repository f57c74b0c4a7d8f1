"""The simulated PBX rings a phone for nobody, as an Originate to an application asks."""

from collections.abc import Awaitable, Callable

from telephony.simulator.channels import Switchboard

RING_SECONDS = 4.0
LISTEN_SECONDS = 2.0


async def ring_only(
    board: Switchboard, pause: Callable[[float], Awaitable[None]], extension: str, uniqueid: str
) -> None:
    """The phone rings, is lifted, and is put down again."""
    phone = board.outgoing(board.phones[extension].endpoint, uniqueid=uniqueid)
    board.show_caller(phone, "000", "Allo")
    board.about_dial("DialBegin", None, phone, DialString=extension)
    board.change_state(phone, "Ringing")
    board.about_dial("DialState", None, phone, DialStatus="RINGING")
    await pause(RING_SECONDS)
    board.change_state(phone, "Up")
    board.about_dial("DialEnd", None, phone, DialStatus="ANSWER")
    await pause(LISTEN_SECONDS)
    board.hang_up(phone)
