"""What search looks through, and how a question is made to match it."""

import re
from collections.abc import Iterable

SORT_LIMIT = 100
TEXT_LIMIT = 2_000  # much longer than any real name, company and ten numbers

_NUMBER = re.compile(r"[\d+][\d\s()+.-]*")


def fold(text: str) -> str:
    """Write text so that a search finds it: lower case, «ё» as «е», single spaces."""
    return " ".join(text.lower().replace("ё", "е").split())


def sort_name(name: str) -> str:
    """Return the name by which lists are ordered."""
    return fold(name)[:SORT_LIMIT]


def search_text(
    name: str, *, company: str | None, numbers: Iterable[str], email: str | None
) -> str:
    """Put all that a client is found by into one text."""
    parts = [name, company or "", *numbers, email or ""]
    return fold(" ".join(part for part in parts if part))[:TEXT_LIMIT]


def search_words(question: str) -> list[str]:
    """Cut a question into the parts that must all be found.

    A number is one part, however it is spaced; a national «8 916…» is looked for as "916…",
    since numbers are kept with their country's code.
    """
    text = fold(question)
    if _NUMBER.fullmatch(text):
        digits = re.sub(r"\D", "", text)
        if len(digits) > 4 and digits.startswith("8"):
            digits = digits[1:]
        return [digits] if digits else []
    return text.split()
