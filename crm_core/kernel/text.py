"""Text from strangers: caller names, queue names, what people type."""

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def clean_text(text: str, *, limit: int) -> str:
    """Drop what cannot be seen or would turn other text round, and cut at `limit` characters.

    Line breaks and tabs stay. PostgreSQL refuses NUL, and no encoder takes half a surrogate pair.
    """
    return _UNSEEN.sub("", text[: 2 * limit]).strip()[:limit]
