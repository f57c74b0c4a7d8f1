"""Masking: numbers, names and paths go, and what was said keeps its shape.

One number has one mask wherever and however it is written, of the same length and with the same
beginning (+7, 7, 8), so what is masked still replays as the call that it was. No six digits of a
number that was learnt come through. Everything that is to be masked is learnt first.
"""

import random
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import quote, unquote

RUN = 6  # so many digits in a row tell too much of a number
SUBSCRIBER = 10  # digits: what is before them is how the country and the way out are dialled
HEAD_LIMIT = 4
TRIES = 1_000
NAME_LETTERS = 3  # a shorter word is no name by itself
_NOBODY = frozenset(
    ("anonymous", "unknown", "restricted", "private", "unavailable", "withheld", "hidden")
)

_SEPARATOR = r"[ \u00a0()\-\u2013._]{0,3}"
_ANY_SIGNS = r"[^\w%]{0,3}"
_NUMBER = re.compile(rf"\d(?:{_SEPARATOR}\d){{{RUN - 1},}}")
_PATH = re.compile(r"(?<![\w:/.])/(?:[^/\s,;|]+/)+[^/\s,;|]*")
_WORD = re.compile(rf"[^\W\d_]{{{NAME_LETTERS},}}")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_PLAIN_ASCII = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "%")


class Masker:
    """`learn` everything, then mask. Our own extensions are kept: they tell which phone it was."""

    def __init__(self, extensions: Collection[str] = ()) -> None:
        self._kept = frozenset(extensions)
        self._numbers: dict[str, set[str]] = defaultdict(set)  # subscriber's digits: heads
        self._forbidden: set[str] = set()
        self._masks: dict[str, str] = {}
        self._used: set[str] = set()
        self._names: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._paths: dict[str, str] = {}
        self._whole: re.Pattern[str] | None = None
        self._parts: re.Pattern[str] | None = None
        self._sought: set[str] = set()
        self._chance = random.Random(0)  # noqa: S311 - the order of digits, not a secret

    def learn(self, text: str) -> None:
        """Take in the numbers that stand in a text."""
        for shape in {text, unquote(text)}:
            for found in _NUMBER.finditer(shape):
                self._learn_digits(_digits(found[0]))

    def learn_number(self, number: str) -> None:
        """Take in a number that the call is about: it is found between any signs whatever."""
        self.learn(number)
        subscriber = _divide(_digits(number))[1]
        if len(subscriber) >= RUN:
            self._sought.add(_ANY_SIGNS.join(subscriber))

    def learn_name(self, name: str) -> None:
        """Take in the name of a person, and of a company the same."""
        self.learn(name)
        plain = name.replace("\\", "").strip(' "')
        for one in {name.strip(), plain}:
            if _is_name(one) and one not in self._kept:
                self._names.setdefault(one.casefold(), f"Имя {len(self._names) + 1}")
                for word in _WORD.findall(one):
                    self._words.setdefault(word.casefold(), self._names[one.casefold()])
        self._whole = self._parts = None

    def name(self, name: str) -> str:
        """The mask of a name that was learnt; what says nothing of anybody stays."""
        known = self._names.get(name.strip().casefold())
        return known if known is not None else self.text(name)

    def text(self, text: str, *, is_free: bool = True) -> str:
        """Mask what stands in a text; in a free one the single words of names as well."""
        if _ENCODED.search(text):
            plain = unquote(text, errors="replace")
            masked = self._mask(plain, is_free=is_free)
            return text if masked == plain else quote(masked, safe=_PLAIN_ASCII)
        return self._mask(text, is_free=is_free)

    def _mask(self, text: str, *, is_free: bool) -> str:
        if is_free:
            text = _PATH.sub(lambda found: self._path(found[0]), text)
        for pattern in self._patterns(is_free=is_free):
            text = pattern.sub(self._masked_name, text)
        if self._sought:
            sought = re.compile("|".join(sorted(self._sought, key=len, reverse=True)))
            text = sought.sub(lambda found: self._number(found[0]), text)
        return _NUMBER.sub(self._first_mask, text)

    def _first_mask(self, found: re.Match[str]) -> str:
        """What has been masked already is not masked again."""
        digits = _divide(_digits(found[0]))[1]
        return found[0] if digits in self._used else self._number(found[0])

    def _masked_name(self, found: re.Match[str]) -> str:
        key = found[0].casefold()
        return self._names.get(key) or self._words.get(key) or "Имя"

    def _patterns(self, *, is_free: bool) -> Iterator[re.Pattern[str]]:
        if self._whole is None or self._parts is None:
            self._whole = _one_of(name for name in self._names if len(name) >= NAME_LETTERS)
            self._parts = _one_of(self._words)
        yield self._whole
        if is_free:
            yield self._parts

    def _path(self, path: str) -> str:
        if path not in self._paths:
            kind = re.search(r"\.[A-Za-z]\w{0,4}$", path)
            self._paths[path] = f"/masked/{len(self._paths) + 1}{kind[0] if kind else ''}"
        return self._paths[path]

    def _number(self, written: str) -> str:
        if written in self._kept:
            return written
        digits = _digits(written)
        head, subscriber = _divide(digits)
        if not digits.strip("0"):
            return written  # all zeros is how some networks withhold a number
        masked = iter(head + self._mask_of(subscriber))
        return "".join(next(masked) if char.isdigit() else char for char in written)

    def _learn_digits(self, digits: str) -> None:
        if digits in self._kept or not digits.strip("0"):
            return
        head, subscriber = _divide(digits)
        self._numbers[subscriber].add(head)
        self._forbidden.update(_runs(digits))

    def _mask_of(self, subscriber: str) -> str:
        if subscriber not in self._masks:
            self._masks[subscriber] = self._new_mask(subscriber)
        return self._masks[subscriber]

    def _new_mask(self, subscriber: str) -> str:
        heads = self._numbers.get(subscriber) or {""}
        for _try in range(TRIES):
            rest = "".join(self._chance.choice("0123456789") for _ in subscriber[1:])
            mask = self._chance.choice("2345679") + rest
            runs = {run for head in heads for run in _runs(head + mask)}
            if mask not in self._used and not runs & self._forbidden:
                self._used.add(mask)
                return mask
        return "x" * len(subscriber)  # so many numbers that every other is one of them


def _is_name(text: str) -> bool:
    return any(char.isalpha() for char in text) and text.casefold() not in _NOBODY


def _divide(digits: str) -> tuple[str, str]:
    """How it is dialled, and whose it is: +7 916…, 7 916… and 8 916… are one subscriber."""
    head = digits[:-SUBSCRIBER]
    return (head, digits[-SUBSCRIBER:]) if len(head) <= HEAD_LIMIT else ("", digits)


def _digits(written: str) -> str:
    return "".join(char for char in written if char.isdigit())


def _runs(digits: str) -> Iterator[str]:
    return (digits[place : place + RUN] for place in range(len(digits) - RUN + 1))


def _one_of(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)", re.IGNORECASE)
