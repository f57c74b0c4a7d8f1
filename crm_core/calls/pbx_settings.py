"""How to reach one PBX, and how to read what it says."""

import re
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from crm_core.calls.pattern_cost import LONGEST_NAME, check_pattern
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


def _region(text: str) -> str:
    if not is_region(text):
        raise ValueError("must be a country's two letters, such as RU")
    return text


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


def extension_of(settings: PbxSettings, endpoint: str) -> str | None:
    """The extension of an endpoint of ours; a group in the pattern is the extension."""
    if len(endpoint) > LONGEST_NAME:
        return None
    found = re.compile(settings.extension_pattern).fullmatch(endpoint)
    if found is None:
        return None
    return next((group for group in found.groups() if group), endpoint)
