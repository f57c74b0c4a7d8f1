"""The first words an agent says: by time of day, language, and the caller's name."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MORNING, _DAY, _EVENING, _NIGHT = range(4)
_WORDS = {
    "ru": ("Доброе утро", "Добрый день", "Добрый вечер", "Доброй ночи"),
    "en": ("Good morning", "Good afternoon", "Good evening", "Good evening"),
}
_FALLBACK_ZONE = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom one greets."""

    name: str
    greeting_name: str | None
    is_company: bool


def greet(addressee: Addressee | None, now: datetime, *, language: str, time_zone: str) -> str:
    """Return «Добрый день, Анна Сергеевна!» for the agent's clock; nobody is called by a guess."""
    words = _WORDS.get(language, _WORDS["en"])[_part_of_day(now, time_zone)]
    name = spoken_name(addressee) if addressee else ""
    return f"{words}, {name}!" if name else f"{words}!"


@lru_cache(256)
def zone(name: str) -> ZoneInfo:
    """Return the time zone; one that this machine does not know counts as UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(_FALLBACK_ZONE)


def day_start(now: datetime, time_zone: str) -> datetime:
    """Return the moment at which today began for somebody in that zone."""
    local = now.astimezone(zone(time_zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(now.tzinfo)


def _part_of_day(now: datetime, time_zone: str) -> int:
    hour = now.astimezone(zone(time_zone)).hour
    if hour < 5:
        return _NIGHT
    if hour < 12:
        return _MORNING
    return _DAY if hour < 18 else _EVENING


def spoken_name(addressee: Addressee) -> str:
    """Return how to address aloud: the agreed form, else first name (and patronymic), else name."""
    if addressee.greeting_name and addressee.greeting_name.strip():
        return addressee.greeting_name.strip()
    if addressee.is_company:
        return ""
    match addressee.name.split():
        case [_family, first, last] if _is_patronymic(last):  # «Петрова Анна Сергеевна»
            return f"{first} {last}"
        case [first, middle, _family] if _is_patronymic(middle):  # «Анна Сергеевна Петрова»
            return f"{first} {middle}"
        case [first, second] if _is_family_name(first) and not _is_family_name(second):
            return second
        case [first, *_rest]:
            return first
        case _:
            return ""


def _is_patronymic(word: str) -> bool:
    return word.lower().endswith(("вна", "ична", "ич"))


def _is_family_name(word: str) -> bool:
    """Tell the sure endings only: «-ин» is a family name and a Константин alike."""
    return len(word) > 4 and word.lower().endswith(_FAMILY_ENDINGS)


_FAMILY_ENDINGS = (
    *("ов", "ев", "ёв", "ова", "ева", "ёва"),
    *("ский", "ская", "цкий", "цкая", "енко", "ых"),
)
