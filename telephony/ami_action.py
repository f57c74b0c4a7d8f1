"""Writes one AMI action. The only place where anything of ours becomes bytes for a PBX.

AMI separates actions by an empty line and values by line ends, and knows no escaping: a value with
a line end in it is a further action, run with our rights. So such a value is refused, never mended:
a number that holds a line end is no number.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from crm_core.kernel.errors import InvalidValue

AmiAction = Mapping[str, str | Sequence[str]]
"""Keys and values of an action; a key with several values is written once for each."""

LINE_LIMIT = (
    1_000  # bytes of `Key: value`; Asterisk cuts a line at 1,024 and reads on in the middle
)
LINES_LIMIT = 100  # Asterisk reads 128 lines of an action and drops the rest

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
# Controls (line ends, NUL, ...), line and paragraph separators, unpaired surrogates.
_FORBIDDEN_CATEGORIES = frozenset(("Cc", "Zl", "Zp", "Cs"))


class UnsafeAction(InvalidValue):
    """A value that the PBX could read as more than a value."""

    code = "unsafe_action"


def write_action(action: AmiAction, action_id: str) -> bytes:
    """Bytes of exactly this one action, or `UnsafeAction`."""
    lines = [_line("Action", _name_of(action)), _line("ActionID", action_id)]
    for key, value in action.items():
        if key.lower() == "actionid":
            raise UnsafeAction(key, "the id of an action is given by the link")
        if key.lower() != "action":
            values: Sequence[object] = value if isinstance(value, list | tuple) else [value]
            lines += [_line(key, one) for one in values]
    if len(lines) > LINES_LIMIT:
        raise UnsafeAction("Action", "has too many lines")
    return b"".join(lines) + b"\r\n"


def _name_of(action: AmiAction) -> str:
    names = [value for key, value in action.items() if key.lower() == "action"]
    if len(names) != 1 or not isinstance(names[0], str) or not _KEY.fullmatch(names[0]):
        raise UnsafeAction("Action", "is not the name of one action")
    return names[0]


def _line(key: str, value: object) -> bytes:
    if not _KEY.fullmatch(key):
        raise UnsafeAction("key", "the name of a value has characters that do not belong there")
    if not isinstance(value, str):
        raise UnsafeAction(key, "is not a text")
    if any(unicodedata.category(letter) in _FORBIDDEN_CATEGORIES for letter in value):
        raise UnsafeAction(key, "contains a line end or another control character")
    line = f"{key}: {value}\r\n".encode()
    if len(line) > LINE_LIMIT:
        raise UnsafeAction(key, "is too long")
    return line
