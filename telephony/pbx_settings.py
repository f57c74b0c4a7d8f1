"""How to reach one PBX, and how to read what it says."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr


def _one_line(text: str) -> str:
    """A line end in a user name would be the beginning of another AMI action."""
    if not text.isprintable():
        raise ValueError("contains a control character")
    return text


def _pattern(text: str) -> str:
    _one_line(text)
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return text


_Line = Annotated[str, AfterValidator(_one_line)]


class PbxSettings(BaseModel):
    """One PBX link, as an administrator writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Annotated[_Line, Field(min_length=1, max_length=64)] = "main"
    host: Annotated[_Line, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 5038
    username: Annotated[_Line, Field(min_length=1, max_length=200)] = "allo"
    secret: SecretStr
    region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "RU"
    """Where a number without a country is from."""
    extension_pattern: Annotated[str, AfterValidator(_pattern)] = r"\d{2,5}"
    """What the name of one of our own endpoints looks like, matched as a whole."""
    trunks: tuple[_Line, ...] = ()
    """Beginnings of the channel names of outside lines; empty: all that is not ours."""
