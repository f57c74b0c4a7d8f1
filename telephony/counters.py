"""What one PBX link has counted since the start: plain numbers for the metrics page."""

import logging
from collections import Counter
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)

NAME_LIMIT = 500  # names remembered; an inventive peer must not fill the memory with them
OTHER_NAMES = "(other)"


@dataclass(slots=True)
class LinkCounters:
    """All are totals that only grow."""

    bytes_read: int = 0
    reads: int = 0
    events_read: int = 0  # all that the PBX said, wanted or not
    events_skipped: int = 0  # on the drop list
    events_tracked: int = 0  # given to the tracker
    events_failed: int = 0  # a fault of ours, while tracking
    marks_forged: int = 0  # frames from the wire that look like marks of ours
    lines_malformed: int = 0
    frames_oversized: int = 0
    overflows: int = 0  # times that tracking fell behind and caught up from the tape
    connections: int = 0
    logins_refused: int = 0
    silences: int = 0  # times that a link was cut because nothing came over it
    actions_unanswered: int = 0
    tape_bytes: int = 0
    tape_failures: int = 0  # writes and syncs that the disk refused
    tape_lost_records: int = 0
    unknown: Counter[bytes] = field(default_factory=Counter)

    def saw_unknown(self, name: bytes) -> None:
        """Count an event name that we never heard of; say so once for each name."""
        if name not in self.unknown:
            if len(self.unknown) >= NAME_LIMIT:
                name = OTHER_NAMES.encode()
            if name not in self.unknown:
                logger.info("event %r is unknown here: it is kept on the tape", name[:80])
        self.unknown[name[:80]] += 1
