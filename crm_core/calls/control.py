"""Commands to a PBX: asked at most once, with a deadline and an answer.

The bus carries only what has happened; what is to happen goes this way. Telephony implements it.
"""

from dataclasses import dataclass
from typing import Protocol

from crm_core.kernel.errors import CrmError


class PbxUnreachable(CrmError):
    """There is no link to the PBX: nothing was sent."""

    code = "pbx_unreachable"


class ActionUnanswered(CrmError):
    """The action was sent and the answer never came: it may or may not have happened."""

    code = "pbx_unanswered"


class PbxRefused(CrmError):
    """The PBX understood, and said no; the text is its own."""

    code = "pbx_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RingOrder:
    """Ring one phone of ours, as if somebody with this caller id called it."""

    endpoint: str  # "PJSIP/101"; which of ours it is has been checked
    caller_name: str
    caller_number: str
    ring_seconds: int
    uniqueid: str  # the channel's: by it the call is found again


class CallControl(Protocol):
    """What can be asked of one PBX, by the link's name."""

    async def originate(self, pbx: str, order: RingOrder) -> None:
        """Make a phone ring, once.

        Raises `PbxUnreachable` when nothing was sent, `PbxRefused` when the PBX said no, and
        `ActionUnanswered` when nobody can know.
        """
