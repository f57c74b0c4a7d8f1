"""Phone numbers: one spelling for every way in which a number is written.

`read_number` is asked for every call and every typed number, also for what strangers put into a
caller id: it accepts anything, is bounded, and never raises.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult

CACHE_SIZE = 65_536
READ_LIMIT = 128  # characters looked at: no number is longer, and the cache stays small
KEPT_LIMIT = 64  # characters kept of what cannot be read
TAIL_DIGITS = 10
SHORT_DIGITS = 6  # up to here a number is internal, a service or an emergency: it stays itself
E164_DIGITS = 15
HOME = "RU"  # «Россия» beside every mobile number would say nothing
ANYWHERE_IN_HOME = "+79"  # mobile numbers of Russia say nothing of a place
ZEROS = 5  # so many zeros and nothing else are no number

_WITHHELD = frozenset(
    {
        "anonymous",
        "anonymous.invalid",
        "hidden",
        "no number",
        "none",
        "not available",
        "null",
        "private",
        "private number",
        "restricted",
        "unavailable",
        "unknown",
        "withheld",
        "номер скрыт",
        "скрыт",
        "скрытый номер",
    }
)
# Nearly every caller, and there is nothing to find out about such a number: phonenumbers would take
# a tenth of all the time between ring and card over it.
_RUSSIAN_MOBILE = re.compile(r"\+79\d{9}", re.ASCII)
_SEPARATORS = re.compile(r"[\s().,/~\u2010-\u2015\u2212-]+")
_SUFFIX = re.compile(r"доб|внутр|вн|ext|[x#,;wp]")  # what follows is dialled after the answer
_SCHEMES = ("sips:", "sip:", "tel:", "callto:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A number that was read.

    `number` is E.164 where the spelling allows it, otherwise what was written (a short number, a
    SIP user); None when the caller is withheld. `tail` are the last ten digits, by which a number
    in an unexpected spelling is still recognised; None for short numbers.
    """

    number: str | None
    tail: str | None
    is_withheld: bool
    raw: str


def is_region(text: str) -> bool:
    """Whether numbers can be read as somebody there writes them: "RU" or "DE", not "ZZ"."""
    return text in phonenumbers.SUPPORTED_REGIONS


def is_emergency(number: str, region: str) -> bool:
    """Whether help is called with this number there: 112, and 101 to 104 in Russia."""
    return phonenumbers.is_emergency_number(number, region)


def read_number(raw: str | None, region: str) -> Phone:
    """Read a number as somebody in `region` ("RU") would dial or write it."""
    return _read((raw or "")[:READ_LIMIT], region)


def is_abroad(number: str, region: str) -> bool:
    """Whether an E.164 number is another country's; short numbers are nobody's."""
    parsed = _parse(number, None) if number.startswith("+") else None
    return parsed is not None and phonenumbers.region_code_for_number(parsed) != region


def as_dialled(number: str, region: str) -> str:
    """Return the digits that somebody in `region` dials to reach an E.164 number: 8916…, 81049…"""
    parsed = _parse(number, None) if number.startswith("+") else None
    if parsed is None:
        return number
    written = phonenumbers.format_out_of_country_calling_number(parsed, region)
    return "".join(letter for letter in written if letter in "0123456789+")


@lru_cache(CACHE_SIZE)
def format_number(number: str) -> str:
    """Return the number as people read it: «+7 343 288-14-07». Short numbers stay themselves."""
    if _RUSSIAN_MOBILE.fullmatch(number):
        return f"+7 {number[2:5]} {number[5:8]}-{number[8:10]}-{number[10:]}"
    parsed = _parse(number, None) if number.startswith("+") else None
    if parsed is None:
        return number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


@lru_cache(CACHE_SIZE)
def place_of(number: str, language: str) -> str | None:
    """Return the region of a Russian or Kazakh number, the country of a foreign one, or None."""
    if not number.startswith("+") or number.startswith(ANYWHERE_IN_HOME):
        return None
    places = _places()
    for length in range(9, 3, -1):
        found = places["places"].get(number[1:length])
        if found:
            return found[language if language in found else "en"]
    parsed = _parse(number, None)
    country = phonenumbers.region_code_for_number(parsed) if parsed else None
    names = places["countries"].get(country or "") if country != HOME else None
    return names[language if language in names else "en"] if names else None


@lru_cache(CACHE_SIZE)
def _read(raw: str, region: str) -> Phone:
    if _RUSSIAN_MOBILE.fullmatch(raw):
        return Phone(number=raw, tail=raw[-TAIL_DIGITS:], is_withheld=False, raw=raw)
    seen = _clean(raw)
    text = _address(seen)
    if _is_withheld(text):
        return Phone(number=None, tail=None, is_withheld=True, raw=seen[:KEPT_LIMIT])
    number = _number(_without_suffix(text), region)
    digits = number.removeprefix("+")
    has_tail = digits.isdigit() and TAIL_DIGITS <= len(digits) <= E164_DIGITS
    return Phone(
        number=number,
        tail=digits[-TAIL_DIGITS:] if has_tail else None,
        is_withheld=False,
        raw=seen[:KEPT_LIMIT],
    )


def _clean(raw: str) -> str:
    """Drop what cannot be seen, and write every script's digits as ASCII."""
    folded = unicodedata.normalize("NFKC", raw)
    visible = (char for char in folded if char.isspace() or unicodedata.category(char)[0] != "C")
    written = (str(unicodedata.decimal(char, char)) for char in visible)
    return " ".join("".join(written).split())[:READ_LIMIT]


def _address(text: str) -> str:
    """Return the user part of `"Anna" <sip:+7916…@host;user=phone>`, or the text itself."""
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1]
    for scheme in _SCHEMES:
        if text.lower().startswith(scheme):
            text = text[len(scheme) :].partition(";")[0]
            break
    return text.partition("@")[0].strip().strip("\"'")


def _is_withheld(text: str) -> bool:
    if text.casefold() in _WITHHELD or not any(char.isalnum() for char in text):
        return "*" not in text and "#" not in text  # feature codes are numbers of a kind
    digits = _SEPARATORS.sub("", text.removeprefix("+"))
    return len(digits) >= ZEROS and not digits.strip("0")


def _without_suffix(text: str) -> str:
    """Cut «доб. 12», "ext 12", ",12" off, unless too little stands before it to be a number."""
    for match in _SUFFIX.finditer(text.lower()):
        before = text[: match.start()]
        if sum(char.isdigit() for char in before) > SHORT_DIGITS:
            return before
    return text


def _number(text: str, region: str) -> str:
    has_plus = text.startswith("+")
    digits = _SEPARATORS.sub("", text.removeprefix("+"))
    if not (digits.isascii() and digits.isdigit()):
        return text[:KEPT_LIMIT]
    if len(digits) <= SHORT_DIGITS:
        return digits
    for spelling, is_sure in _spellings(digits, has_plus=has_plus):
        parsed = _parse(spelling, region)
        if parsed is None:
            continue
        if is_sure or phonenumbers.is_valid_number(parsed):
            return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return digits[:KEPT_LIMIT]


def _spellings(digits: str, *, has_plus: bool) -> list[tuple[str, bool]]:
    """What the digits may mean, likeliest first, and whether a right length is proof enough."""
    if digits.startswith("00"):
        return [("+" + digits[2:], True), (digits, True)]
    if has_plus:
        return [("+" + digits, True), (digits, True)]  # «+8 916…» is a slip for «8 916…»
    return [(digits, True), ("+" + digits, False)]


@lru_cache(CACHE_SIZE)
def _parse(spelling: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(spelling, region)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return parsed if reason == ValidationResult.IS_POSSIBLE else None


@cache
def _places() -> dict[str, dict[str, dict[str, str]]]:
    """Read the small table that `tools/phone_places.py` makes.

    phonenumbers' own geocoder would hold 100 MB of the whole world's prefixes.
    """
    text = files("crm_core.kernel").joinpath("phone_places.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, dict[str, str]]] = json.loads(text)
    return table
