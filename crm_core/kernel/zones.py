"""Time zones by their names."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm_core.kernel.errors import InvalidValue


def check_time_zone(name: str | None) -> None:
    """Refuse what names no time zone; None says nothing."""
    if name is not None and not _is_time_zone(name):
        raise InvalidValue("time_zone", "a time zone is named like Europe/Moscow")


def _is_time_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: it names a folder
        return False
