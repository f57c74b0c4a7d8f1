"""An answer as the variables of a channel, in words that a dialplan can use anywhere. Pure.

Names of clients come from strangers and files. Quoted they arrive whole, but a dialplan puts them
into expressions, arguments and dial strings, where `"`, `,`, `&`, `)`, `:` or `${` would begin
something new: of a name, letters and digits remain, and what stands between them in real names.
"""

import re
import unicodedata
from collections.abc import Callable

from crm_core.calls.caller_answer import CallerAnswer

STATUS = "ALLO_STATUS"
NAME_BYTES = 78  # Asterisk cuts a caller's name at 80, through the middle of a letter
EXTENSION = re.compile(r"[A-Za-z0-9_.*#+-]{1,40}", re.ASCII)
INTERFACE = re.compile(r"[A-Za-z0-9]{1,16}/[A-Za-z0-9_.*#+@/-]{1,80}", re.ASCII)

_BETWEEN = frozenset(" -.+/№«»–—_’")
_INSTEAD = str.maketrans({"'": "’", "`": "’", "\u2011": "-", "\u00a0": " "})
_KEPT = ("L", "M", "N")  # letters, their marks, digits of every script

InterfaceOf = Callable[[str, str], str | None]
"""The interface of an extension of a PBX, such as `PJSIP/101`, where it is known."""


def variables_of(answer: CallerAnswer, interface: str | None) -> dict[str, str]:
    """Return what the channel is told; the status comes last, so that it means: all is there."""
    extension = answer.extension or ""
    is_usable = EXTENSION.fullmatch(extension) is not None
    is_known = is_usable and interface is not None and INTERFACE.fullmatch(interface) is not None
    return {
        "ALLO_NAME": plain_name(answer.name),
        "ALLO_GREETING": plain_name(answer.greeting_name),
        "ALLO_CLIENT": str(answer.client_id or ""),
        "ALLO_VIP": _flag(answer.is_vip),
        "ALLO_BLOCKED": _flag(answer.is_blocked),
        "ALLO_DEBT": _flag(answer.is_owed_a_call),
        "ALLO_OPEN": _flag(answer.is_open),
        "ALLO_AGENT": extension if is_usable else "",
        "ALLO_AGENT_INTERFACE": interface if is_known and interface else "",
        STATUS: answer.status,
    }


def plain_name(text: str) -> str:
    """Return a name without anything that means something to a dialplan, as long as a phone shows.

    A name that is cut is cut between words, if there are any.
    """
    composed = unicodedata.normalize("NFC", text[:500]).translate(_INSTEAD)
    kept = "".join(
        letter if letter in _BETWEEN or unicodedata.category(letter)[0] in _KEPT else " "
        for letter in composed
    )
    name = " ".join(kept.split())
    short = name.encode()[:NAME_BYTES].decode("utf-8", "ignore")
    if short == name:
        return name
    words = short.rpartition(" ")[0] if name[len(short)] != " " else short
    return (words or short).strip()


def _flag(fact: bool) -> str:
    return "1" if fact else "0"
