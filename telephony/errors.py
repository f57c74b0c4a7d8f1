"""What can go wrong with a PBX, said as facts."""

import os

from crm_core.kernel.errors import CrmError


class PbxUnreachable(CrmError):
    """There is no link to the PBX: nothing was sent."""

    code = "pbx_unreachable"


class ActionUnanswered(CrmError):
    """The action was sent and the answer never came: it may or may not have happened."""

    code = "pbx_unanswered"


class LinkLost(Exception):
    """The link ended; the text says how, for people."""


class LoginRefused(Exception):
    """The PBX knows us not, or not with this secret; the text is its own."""


def in_words(error: OSError) -> str:
    """What the system says, without numbers and addresses: it is shown to people."""
    if error.errno is None or error.errno < 0:  # several addresses, or a name that nobody knows
        return (error.strerror or "no connection").lower()
    return os.strerror(error.errno).lower()
