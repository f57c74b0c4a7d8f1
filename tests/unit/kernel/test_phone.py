"""Every way in which people and providers write a number."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.kernel.phone import format_number, place_of, read_number

MOBILE = "+79161234567"
OFFICE = "+74950000701"

SPELLINGS = [
    # a Russian mobile number, as providers and people write it
    ("89161234567", MOBILE),
    ("+79161234567", MOBILE),
    ("79161234567", MOBILE),
    ("0079161234567", MOBILE),
    ("81079161234567", MOBILE),
    ("810 7 916 123-45-67", MOBILE),
    ("8~10 7 916 123 45 67", MOBILE),
    ("9161234567", MOBILE),
    ("916 123 45 67", MOBILE),
    ("8 916 123 45 67", MOBILE),
    ("8 (916) 123-45-67", MOBILE),
    ("8(916)1234567", MOBILE),
    ("8-916-123-45-67", MOBILE),
    ("8.916.123.45.67", MOBILE),
    ("+7 916 123-45-67", MOBILE),
    ("+7(916)123-45-67", MOBILE),
    ("+7\u00a0916\u00a0123\u201145\u201167", MOBILE),
    ("  +7 916 123 45 67  ", MOBILE),
    ("+8 916 123-45-67", MOBILE),
    ("+7 8 916 123 45 67", MOBILE),
    ("+0079161234567", MOBILE),
    ("＋７９１６１２３４５６７", MOBILE),
    ("٨٩١٦١٢٣٤٥٦٧", MOBILE),
    ("8916\u200b1234567", MOBILE),
    ("8916\x00123\x0745\r\n67", MOBILE),
    ("8 916 123-45-67 доб. 12", MOBILE),
    ("8 916 123-45-67 доб12", MOBILE),
    ("+7 916 123-45-67, вн. 5", MOBILE),
    ("+7 916 123-45-67 ext. 12", MOBILE),
    ("+79161234567x12", MOBILE),
    ("+79161234567#12", MOBILE),
    ("+79161234567,,12", MOBILE),
    ("sip:+79161234567@10.0.0.1", MOBILE),
    ("sips:89161234567@pbx.example;user=phone", MOBILE),
    ("tel:+7-916-123-45-67;ext=12", MOBILE),
    ("<sip:+79161234567@10.0.0.1:5060>", MOBILE),
    ('"Анна" <+79161234567>', MOBILE),
    ("+79161234567@trunk", MOBILE),
    # a city number
    ("84950000701", OFFICE),
    ("74950000701", OFFICE),
    ("(495) 000-07-01", OFFICE),
    ("8 (495) 000 07 01", OFFICE),
    ("88001234567", "+78001234567"),
    # abroad
    ("+380441234567", "+380441234567"),
    ("810380441234567", "+380441234567"),
    ("00380441234567", "+380441234567"),
    ("380441234567", "+380441234567"),
    ("375291234567", "+375291234567"),
    ("+77011234567", "+77011234567"),
    ("77011234567", "+77011234567"),
    ("+1 (650) 253-0000", "+16502530000"),
    ("8101 650 253 0000", "+16502530000"),
    ("+49 (0) 171 1234567", "+491711234567"),
    ("+4901711234567", "+491711234567"),
    ("+44 20 7946 0958", "+442079460958"),
    # what stays itself
    ("102", "102"),
    ("1-02", "102"),
    ("204", "204"),
    ("2041", "2041"),
    ("20415", "20415"),
    ("204156", "204156"),
    ("112", "112"),
    ("02", "02"),
    ("2881407", "2881407"),
    ("288-14-07", "2881407"),
    ("*8", "*8"),
    ("#21#", "#21#"),
    ("ivan.petrov", "ivan.petrov"),
    ("sip:ivan.petrov@example.org", "ivan.petrov"),
    ("1" * 24, "1" * 24),
    ("7" * 40, "7" * 40),
]


@pytest.mark.parametrize(("written", "number"), SPELLINGS)
def test_a_number_is_read_whatever_its_spelling(written: str, number: str) -> None:
    assert read_number(written, "RU").number == number


@pytest.mark.parametrize("called", [spelling for spelling, number in SPELLINGS if number == MOBILE])
@pytest.mark.parametrize("stored", ["89161234567", "+7 (916) 123-45-67", "9161234567"])
def test_any_spelling_of_a_caller_matches_any_stored_one(called: str, stored: str) -> None:
    caller, client = read_number(called, "RU"), read_number(stored, "RU")
    assert (caller.number, caller.tail) == (client.number, client.tail)


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "   ",
        "<unknown>",
        "unknown",
        "Unknown",
        "anonymous",
        "Anonymous",
        "sip:anonymous@anonymous.invalid",
        '"Anonymous" <sip:anonymous@anonymous.invalid>',
        "Restricted",
        "unavailable",
        "private",
        "Номер скрыт",
        "0000000",
        "00000000000",
        "+",
        "-",
        "\x00\x01",
        "<>",
    ],
)
def test_a_withheld_number_is_no_number(written: str | None) -> None:
    phone = read_number(written, "RU")
    assert (phone.is_withheld, phone.number, phone.tail) == (True, None, None)


@pytest.mark.parametrize("short", ["4567", "234567", "1234567", "02", "34567", "*4567", "ivan"])
def test_a_short_number_has_no_tail_to_be_matched_by(short: str) -> None:
    assert read_number(short, "RU").tail is None


@pytest.mark.parametrize("long", ["1" * 16, "7" * 24, "9" * 40])
def test_what_is_longer_than_any_number_has_no_tail(long: str) -> None:
    assert read_number(long, "RU").tail is None


def test_the_region_decides_what_a_national_number_means() -> None:
    assert read_number("030 1234567", "DE").number == "+49301234567"
    assert read_number("(650) 253-0000", "US").number == "+16502530000"
    assert read_number("8 029 123 45 67", "BY").number == "+375291234567"
    assert read_number("8 701 123 45 67", "KZ").number == "+77011234567"
    assert read_number("0044 20 7946 0958", "DE").number == "+442079460958"


def test_a_number_that_the_region_cannot_read_keeps_its_tail() -> None:
    phone = read_number("89161234567", "US")
    assert (phone.number, phone.tail) == ("89161234567", "9161234567")


def test_what_was_seen_is_kept_without_what_cannot_be_shown() -> None:
    assert read_number("8 916\x00 123-45-67\u202e", "RU").raw == "8 916 123-45-67"
    assert len(read_number("x" * 10_000, "RU").raw) <= 64


@given(st.text(max_size=300))
def test_any_text_is_read_and_the_answer_is_bounded(text: str) -> None:
    phone = read_number(text, "RU")
    assert phone.is_withheld == (phone.number is None)
    assert len(phone.number or "") <= 64
    assert "\x00" not in (phone.number or "") + phone.raw
    format_number(phone.number or "")
    place_of(phone.number or "", "ru")


@pytest.mark.parametrize(
    "attack",
    ["1" * 50_000, "(" * 50_000, "+7 " * 20_000, "доб" * 20_000, " -" * 25_000, "<" * 50_000 + ">"],
)
def test_no_more_of_a_hostile_text_is_looked_at_than_of_a_short_one(attack: str) -> None:
    assert read_number(attack, "RU") == read_number(attack[:128], "RU")


def test_numbers_are_shown_as_people_read_them() -> None:
    assert format_number("+73432881407") == "+7 343 288-14-07"
    assert format_number("102") == "102"
    assert format_number("ivan.petrov") == "ivan.petrov"


def test_the_place_of_a_number_is_told_in_the_language_of_the_reader() -> None:
    assert place_of("+73432881407", "ru") == "Свердловская обл."
    assert place_of("+73432881407", "en") == "Ekaterinburg"
    assert place_of("+493012345678", "ru") == "Германия"
    assert place_of("+77011234567", "en") == "Kazakhstan"
    assert place_of("+79161234567", "ru") is None
    assert place_of("102", "ru") is None


@given(st.integers(min_value=0, max_value=10**9 - 1), st.sampled_from(["RU", "KZ", "DE", "US"]))
def test_the_short_way_for_russian_mobile_numbers_ends_where_the_long_one_does(
    subscriber: int, region: str
) -> None:
    number = f"+79{subscriber:09d}"
    parsed = phonenumbers.parse(number, region)
    assert phonenumbers.is_possible_number(parsed)
    assert read_number(number, region) == read_number(f" {number}", region)
    assert format_number(number) == phonenumbers.format_number(
        parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
