"""The gaps of one link: when we may not have heard everything, told while they last and after."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

from crm_core.kernel.call_facts import LinkGap

GAP_NAMESPACE = UUID("7c1f7a06-6a0e-4c56-9f43-5a1d7f0f6f0e")

OnGap = Callable[[LinkGap], None]
"""Called when a gap opens and again, with the same id, when it closes."""


class LinkGaps:
    """At most one gap is open: a link that is down already goes no deeper."""

    def __init__(self, pbx: str, on_gap: OnGap) -> None:
        self._pbx = pbx
        self._on_gap = on_gap
        self._open: tuple[datetime, str] | None = None

    def open(self, from_at: datetime, reason: str) -> bool:
        """Whether this is a new gap."""
        if self._open is not None:
            return False
        self._open = (from_at, reason)
        self._told(from_at, None, reason)
        return True

    def close(self, to_at: datetime) -> None:
        if self._open is not None:
            from_at, reason = self._open
            self._open = None
            self._told(from_at, to_at, reason)

    def lost(self, from_at: datetime, to_at: datetime) -> None:
        """A piece of the tape is gone for good."""
        self._told(from_at, to_at, "tape_lost")

    def _told(self, from_at: datetime, to_at: datetime | None, reason: str) -> None:
        gap_id = uuid5(GAP_NAMESPACE, f"{self._pbx}/{from_at.isoformat()}/{reason}")
        self._on_gap(
            LinkGap(gap_id=gap_id, pbx=self._pbx, from_at=from_at, to_at=to_at, reason=reason)
        )
