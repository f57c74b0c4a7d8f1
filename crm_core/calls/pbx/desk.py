"""What the rest of the house asks of the links that run; telephony's side is put in by `config`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

from crm_core.calls.pbx.settings import PbxSettings

LinkState = Literal["disconnected", "connecting", "refused", "up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStanding:
    """How a link stands now; `since` it last went up or down."""

    state: LinkState
    reason: str
    since: datetime | None


class PbxDesk(Protocol):
    """Keeps one link running for each PBX that is to be followed."""

    @property
    def fixed(self) -> Sequence[PbxSettings]:
        """The links of the server's settings; if there are any, rows are not followed."""

    @property
    def followed(self) -> Sequence[PbxSettings]:
        """The settings of all that are followed now."""

    def standing(self, name: str) -> LinkStanding | None:
        """How the link of this name stands; None when it is not followed."""

    def has_tape(self, name: str) -> bool:
        """Whether anything was kept of what this PBX said."""

    async def follow(self) -> None:
        """Bring the running links up to the rows; others are not touched."""


def fixed_id(name: str) -> UUID:
    """What a link of the settings is known by, since it has no row."""
    return uuid5(NAMESPACE_URL, f"allo:pbx-link:{name}")
