"""Logging: one line a fact, to stderr; nothing secret and no full phone number above DEBUG.

The masking is the last thing that happens to a line, so it holds for tracebacks and for what
libraries say, whoever wrote the message.
"""

import asyncio
import logging
import re
import sys
import time

_KEPT = (
    r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"  # ids of calls and records
    r"|\d{10}\.\d+"  # Asterisk's uniqueid and linkedid
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\d]*"  # moments
)
_NUMBER = (
    r"(?<![\w.:/-])(?:\+\d[\d() -]{7,}\d|\d{7,24})(?!\w|\.\d)"
    r"|(?<![\w.])[78][ -]?\(\d{3,4}\)[ -]?\d[\d -]{4,}\d"
)
_KEPT_OR_NUMBER = re.compile(rf"({_KEPT})|{_NUMBER}")
_SECRET = re.compile(
    r"(?i)\b(secret|password|token|authorization|cookie|allo_session)\b"
    r"(['\"]?\s*[:=]\s*)(?:Bearer\s+|SecretStr\()?['\"]?[^\s'\",;)]+"
)
# The scheme's length is bounded, or an endless word would be read again at each of its letters.
_LOGIN_IN_URL = re.compile(r"(\w{1,30}://[^/\s:@]+):[^@\s/]+@")
SHOWN_DIGITS = 4


def configure_logging(level: str) -> None:
    """Send everything from `level` up to stderr, masked."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(MaskingFormatter())
    handler.addFilter(is_worth_a_line)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # aiohttp's access log would hold search words and numbers; it says nothing people ask of us
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    # each statement with all its values would drown everything else, and hold what people wrote
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)
    logging.getLogger("websockets.server").setLevel(max(logging.WARNING, logging.root.level))


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """All but a reader whom a stop has cancelled in the middle: its connection is thrown away.

    Of other connections that are thrown away the error is told, and not the pool's own insides.
    """
    error = record.exc_info[1] if record.exc_info else None
    if error is None or not record.name.startswith("sqlalchemy.pool"):
        return True
    if isinstance(error, asyncio.CancelledError):
        return False
    record.msg, record.args = f"{record.getMessage()}: {type(error).__name__}: {error}", ()
    record.exc_info = None
    return True


class MaskingFormatter(logging.Formatter):
    """Time in UTC, level, where, what; numbers cut to their last digits, secrets to nothing."""

    def __init__(self) -> None:
        super().__init__(
            "{asctime}.{msecs:03.0f}Z {levelname} {name}: {message}", "%Y-%m-%dT%H:%M:%S", "{"
        )
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        text = hide_secrets(super().format(record))
        return text if record.levelno <= logging.DEBUG else mask_numbers(text)


def mask_numbers(text: str) -> str:
    """`text` with every phone number cut down to its last digits."""
    return _KEPT_OR_NUMBER.sub(_masked, text)


def hide_secrets(text: str) -> str:
    """`text` without the values that stand behind names such as `password`."""
    return _SECRET.sub(r"\1\2***", _LOGIN_IN_URL.sub(r"\1:***@", text))


def _masked(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    digits = re.sub(r"\D", "", match[0])
    return f"…{digits[-SHOWN_DIGITS:]}"
