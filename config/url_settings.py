"""Addresses among the settings: kept as text, checked for what the rest of the house expects."""

from contextlib import suppress
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def _check(text: str, schemes: tuple[str, ...]) -> str:
    """`text` without a closing slash; the error never quotes it: it may hold a password."""
    expected = " or ".join(f"{scheme}://" for scheme in schemes)
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError(f"must be an address beginning with {expected}") from None
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"must be an address beginning with {expected}")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("must be an address without user, query or fragment")
    return text.rstrip("/")


def _http(text: str) -> str:
    checked = _check(text, ("http", "https"))
    if urlsplit(checked).path:
        raise ValueError("must be an address without a path: Allo is served at the root")
    return checked


def _websocket(text: str) -> str:
    return _check(text, ("ws", "wss"))


def _database(text: str) -> str:
    if text.startswith("sqlite:///") and len(text) > len("sqlite:///"):
        return text
    with suppress(ValueError):  # of the port; its own words repeat the value
        parts = urlsplit(text)
        if parts.scheme == "postgresql" and len(parts.path) > 1 and parts.port != 0:
            return text
    raise ValueError("must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")


HttpUrl = Annotated[str, AfterValidator(_http)]
WebSocketUrl = Annotated[str, AfterValidator(_websocket)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
