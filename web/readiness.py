"""Whether the server can do its work at this moment."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

LinkState = Literal["disconnected", "connecting", "refused", "up"]


class LinkHealth(BaseModel):
    """One PBX link. `has_tried`: it has told what lives there, or failed to."""

    pbx: str
    state: LinkState
    has_tried: bool
    reason: str = ""


class DiskHealth(BaseModel):
    """One place that calls are written to: `reason` says why it cannot be."""

    name: str
    is_writable: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What has to be in order, each asked when somebody wants to know.

    `check_database` raises when the database cannot be read or its schema is not ours.
    """

    check_database: Callable[[], Awaitable[None]]
    is_bus_running: Callable[[], bool]
    has_begun: Callable[[], bool]  # whether `links` names already what is to be followed
    links: Callable[[], Sequence[LinkHealth]]
    disks: Callable[[], Sequence[DiskHealth]] = tuple
