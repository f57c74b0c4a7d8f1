"""What became of a phone that was rung for its own click, in the words of OriginateResponse."""

from datetime import datetime
from typing import Literal

from crm_core.kernel.events import OrderedPhoneRang
from telephony.ami_event import AmiEvent

RING_IN_VAIN = "3"


def what_rang(pbx: str, ami: AmiEvent, at: datetime) -> OrderedPhoneRang:
    """What an OriginateResponse says: 3 is a ring in vain; else it was offline, or refused."""
    end: Literal["lifted", "no_answer", "not_reached"] = "not_reached"
    if ami.get("Response") == "Success":
        end = "lifted"
    elif ami.get("Reason") == RING_IN_VAIN:
        end = "no_answer"
    return OrderedPhoneRang(at=at, pbx=pbx, uniqueid=ami["Uniqueid"], end=end)
