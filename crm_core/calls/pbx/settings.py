"""How to reach one PBX, and how to read what it says."""

import re
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from crm_core.calls.pbx.pattern_cost import LONGEST_NAME, check_pattern
from crm_core.kernel.phone import is_region

LONGEST_FOLDER = 200


def _one_line(text: str) -> str:
    """A line end in a user name would be the beginning of another AMI action."""
    if not text.isprintable():
        raise ValueError("contains a control character")
    return text


def _pattern(text: str) -> str:
    return check_pattern(_one_line(text))


def _host(text: str) -> str:
    if any(letter in "/@?#" or letter.isspace() for letter in _one_line(text)):
        raise ValueError("must be a name or an address alone, such as 192.168.1.10")
    return text


def _secret(secret: SecretStr) -> SecretStr:
    _one_line(secret.get_secret_value())
    return secret


def _folder(text: str) -> str:
    """The tape's folder has this name."""
    if len(quote(text, safe="")) > LONGEST_FOLDER:
        raise ValueError("is too long")
    return text


def _call_records(where: SecretStr | None) -> SecretStr | None:
    """Where records lie; nothing is said of the value: an address may hold a password."""
    text = where.get_secret_value() if where else ""
    if not text:
        return None
    _one_line(text)
    if text.startswith("/"):
        return where
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError):
        raise ValueError(_RECORDS) from None
    if backend not in ("mysql", "mariadb", "postgresql", "sqlite") or not url.database:
        raise ValueError(_RECORDS)
    return where


def _region(text: str) -> str:
    if not is_region(text):
        raise ValueError("must be a country's two letters, such as RU")
    return text


def _context(text: str) -> str:
    if not _CONTEXT.fullmatch(text):
        raise ValueError("must be a name such as from-internal")
    return text


DialFormat = Literal["e164", "national"]
_CONTEXT = re.compile(r"[A-Za-z0-9_.-]*", re.ASCII)
_RECORDS = (
    "must be the path of Master.csv, or mysql://USER:PASSWORD@HOST/asteriskcdrdb, "
    "postgresql://… or sqlite:///FILE"
)
_Line = Annotated[str, AfterValidator(_one_line)]
TrunkName = Annotated[_Line, Field(min_length=1, max_length=80)]
Region = Annotated[str, AfterValidator(_region)]


class PbxSettings(BaseModel):
    """One PBX link, as an administrator writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Annotated[_Line, Field(min_length=1, max_length=64), AfterValidator(_folder)] = "main"
    host: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_host)] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 5038
    username: Annotated[_Line, Field(min_length=1, max_length=200)] = "allo"
    secret: Annotated[SecretStr, Field(min_length=1, max_length=500), AfterValidator(_secret)]
    region: Region = "RU"
    """Where a number without a country is from."""
    extension_pattern: Annotated[str, AfterValidator(_pattern)] = r"\d{2,5}"
    """What the name of one of our own endpoints looks like, matched as a whole."""
    trunks: Annotated[tuple[TrunkName, ...], Field(max_length=100)] = ()
    """Beginnings of the channel names of outside lines; empty: all that is not ours."""
    dial_context: Annotated[str, Field(max_length=80), AfterValidator(_context)] = ""
    """Where in the dialplan our phones dial; empty: as is learnt from their calls."""
    dial_format: DialFormat = "e164"
    """How a number is dialled: +7916…, or as somebody in the PBX's region would: 8916…"""
    call_records: Annotated[
        SecretStr | None, Field(max_length=500), AfterValidator(_call_records)
    ] = None
    """Where Asterisk's call records (CDR) lie: the path of `Master.csv`, or a database's URL."""


def shown_records(settings: PbxSettings) -> str:
    """Where the records lie, without the password."""
    return mask_records(settings.call_records.get_secret_value() if settings.call_records else "")


def mask_records(where: str) -> str:
    """A path, or an address with stars for its password."""
    if not where or where.startswith("/"):
        return where
    return make_url(where).render_as_string(hide_password=True)


def extension_of(settings: PbxSettings, endpoint: str) -> str | None:
    """The extension of an endpoint of ours; a group in the pattern is the extension."""
    if len(endpoint) > LONGEST_NAME:
        return None
    found = re.compile(settings.extension_pattern).fullmatch(endpoint)
    if found is None:
        return None
    return next((group for group in found.groups() if group), endpoint)
