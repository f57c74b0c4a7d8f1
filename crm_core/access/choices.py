"""What can be chosen for a person or an office, and the refusal of everything else."""

from crm_core.access.permissions import ROLES
from crm_core.kernel.errors import InvalidValue
from crm_core.kernel.phone import is_region
from crm_core.kernel.zones import check_time_zone

LANGUAGES = ("ru", "en")
THEMES = ("auto", "light", "dark")
CURRENCIES = ("RUB", "KZT", "BYN", "UZS", "AMD", "GEL", "USD", "EUR", "CNY", "TRY", "AED")

SERVICE_LEVEL_LIMIT = 3_600


def check_choices(
    *,
    role: str | None = None,
    language: str | None = None,
    theme: str | None = None,
    time_zone: str | None = None,
) -> None:
    """Refuse a value that is none of those that can be chosen."""
    if role is not None and role not in ROLES:
        raise InvalidValue("role", f"a role is one of {', '.join(ROLES)}")
    if language is not None and language not in LANGUAGES:
        raise InvalidValue("language", f"a language is one of {', '.join(LANGUAGES)}")
    if theme is not None and theme not in THEMES:
        raise InvalidValue("theme", f"a theme is one of {', '.join(THEMES)}")
    check_time_zone(time_zone)


def check_currency(currency: str) -> None:
    """Refuse a currency in which nobody here counts."""
    if currency not in CURRENCIES:
        raise InvalidValue("currency", f"a currency is one of {', '.join(CURRENCIES)}")


def check_phone_region(region: str) -> None:
    """Refuse what is no country's code; empty leaves it to the server's settings."""
    if region and not is_region(region):
        raise InvalidValue("phone_region", "a phone region is a country's code such as RU")


def check_service_level(seconds: int) -> None:
    """Refuse a time in which no queue answers, or which nobody would call a level of service."""
    if not 1 <= seconds <= SERVICE_LEVEL_LIMIT:
        raise InvalidValue(
            "service_level_seconds",
            f"1 to {SERVICE_LEVEL_LIMIT} seconds",
            reason="service_level_limit",
            most=SERVICE_LEVEL_LIMIT,
        )
