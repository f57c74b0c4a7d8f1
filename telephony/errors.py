"""What can go wrong with a PBX, said as facts."""

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
