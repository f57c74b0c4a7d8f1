"""Tells whether a PBX is still the one we knew, or has been started anew in the meantime."""

from datetime import datetime, timedelta

from telephony.ami_event import AmiEvent

# Asterisk tells its age in whole seconds, and both sides take a moment to say things
TOLERANCE = timedelta(seconds=2)


class BootWatch:
    """Remembers a PBX's boot by the moment it began, which is all that AMI says about it."""

    def __init__(self, boot: str | None, heard_at: datetime | None) -> None:
        self.boot = boot
        self._heard_at = heard_at

    def heard(self, at: datetime) -> None:
        """The link ended; something came from the PBX as late as `at`."""
        self._heard_at = at

    def saw_booted(self, ami: AmiEvent, now: datetime) -> str | None:
        """The boot as a text that changes with every start of the PBX; None if nobody can know."""
        try:
            began = now - timedelta(seconds=int(ami["Uptime"]))
        except (KeyError, ValueError, OverflowError):
            return self.boot
        if self.boot is None or self._is_later(began):
            self.boot = began.isoformat(timespec="seconds")
        return self.boot

    def _is_later(self, began: datetime) -> bool:
        """A PBX that began after we last heard of it is another one."""
        try:
            known = datetime.fromisoformat(self.boot or "")
        except ValueError:
            return True
        if abs(began - known) <= TOLERANCE:
            return False
        return self._heard_at is None or began > self._heard_at - TOLERANCE
