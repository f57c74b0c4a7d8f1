"""What every input of the API has in common: strict models, and text that can be stored."""

from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

DEFAULT_LIMIT = 50


class Input(BaseModel):
    """A query or a body: a name that is not here is refused, never passed over in silence."""

    model_config = ConfigDict(extra="forbid")


def _without_controls(text: str) -> str:
    """Control characters cannot be typed, some databases refuse them, and terminals obey them."""
    if any((ord(letter) < 32 and letter not in "\n\r\t") or ord(letter) == 127 for letter in text):
        raise ValueError("control characters are not accepted")
    return text


def _on_one_line(text: str) -> str:
    if any(letter in text for letter in "\n\r"):
        raise ValueError("line breaks are not accepted here")
    return text


def _split_at_commas(written: object) -> object:
    return [part for part in written.split(",") if part] if isinstance(written, str) else written


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=300),
    AfterValidator(_without_controls),
    AfterValidator(_on_one_line),
]
"""One line of text: a name, a city, what is searched for."""

Name = Annotated[Line, Field(min_length=1)]
"""A line that says something."""

Text = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_without_controls)]
"""Text of several lines: a note, a comment."""

CommaSeparated = BeforeValidator(_split_at_commas)
"""For a list in a query: `result=busy,declined`."""


class Paging(Input):
    """How much of a list, and where to go on."""

    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=200)
    cursor: Annotated[str, StringConstraints(max_length=500)] | None = Field(
        default=None, description="`next_cursor` of the page before."
    )
