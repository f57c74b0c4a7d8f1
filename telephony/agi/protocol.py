"""AGI on the wire: what a PBX says when it connects, and one command and its answer. Pure.

Asterisk takes a command apart at blanks; quotes keep words together and a backslash takes the
meaning from what follows it. A line end is the end of the command, whatever stands around it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

LINE_LIMIT = 2_048  # bytes; Asterisk's own buffer for a line
LINES_LIMIT = 128
VALUE_LIMIT = 512  # bytes of one value
ARGUMENTS = ("pbx", "queue")
"""What the arguments of `AGI(agi://host/script,first,second)` mean."""
HANGUP = "HANGUP"

_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,60}")


class NotAgi(Exception):
    """What came is not what a PBX says when it asks."""


@dataclass(frozen=True, slots=True)
class AgiRequest:
    """What a PBX has said of a call, and what it asks: `script` is the address's path."""

    script: str
    caller: str | None
    arguments: Mapping[str, str] = field(default_factory=dict)


def read_environment(lines: Mapping[str, str]) -> AgiRequest:
    """Return what is asked; the address's own words win over the arguments after it."""
    if "agi_network_script" not in lines:
        raise NotAgi("there is no agi_network_script")
    try:
        address = urlsplit(lines["agi_network_script"])
        said_there = dict(parse_qsl(address.query, max_num_fields=16))
    except ValueError:
        raise NotAgi("its address cannot be read") from None
    said = {
        name: lines[f"agi_arg_{place}"]
        for place, name in enumerate(ARGUMENTS, start=1)
        if lines.get(f"agi_arg_{place}")
    }
    return AgiRequest(
        script=address.path.strip("/"),
        caller=lines.get("agi_callerid"),
        arguments=said | said_there,
    )


def read_line(line: bytes) -> tuple[str, str]:
    """Return the name and the value of one line of the environment."""
    name, colon, value = line.decode("utf-8", "replace").partition(":")
    if not colon or not name.startswith("agi_"):
        raise NotAgi("a line is no agi_ variable")
    return name, value.strip()


def set_variable(name: str, value: str) -> bytes:
    """Return the command that gives a channel's variable exactly this value.

    Refuses what no quoting can carry; a value that is too long is cut between two letters.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("this is no name of a variable")
    if not value.isprintable():
        raise ValueError("a value holds a control character")
    kept = value.encode("utf-8", "replace")[:VALUE_LIMIT].decode("utf-8", "ignore")
    quoted = kept.replace("\\", "\\\\").replace('"', '\\"')
    return f'SET VARIABLE {name} "{quoted}"\n'.encode()


def is_done(reply: str) -> bool:
    """Whether Asterisk did what was asked: `200 result=1`."""
    return reply.startswith("200 ")
