"""What can go wrong with a PBX, said as facts."""

import os

from crm_core.calls.control import ActionUnanswered, PbxUnreachable

__all__ = ["ActionUnanswered", "LinkLost", "LoginRefused", "PbxUnreachable", "in_words"]


class LinkLost(Exception):
    """The link ended; the text says how, for people."""


class LoginRefused(Exception):
    """The PBX knows us not, or not with this secret; the text is its own."""


def in_words(error: OSError) -> str:
    """What the system says, without numbers and addresses: it is shown to people."""
    if error.errno is None or error.errno < 0:  # several addresses, or a name that nobody knows
        return (error.strerror or "no connection").lower()
    return os.strerror(error.errno).lower()
