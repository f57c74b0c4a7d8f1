"""What leaves the house holds nobody's number and nobody's name, and keeps its shape."""

import re
from urllib.parse import quote

import pytest

from crm_core.calls.traces.masking import Masker

MOBILE = "9161234567"


def masked(*texts: str, extensions: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> list[str]:
    """All these texts, masked by one who has read them all first."""
    masker = Masker(extensions)
    for name in names:
        masker.learn_name(name)
    for text in texts:
        masker.learn(text)
    return [masker.text(text) for text in texts]


def digits(text: str) -> str:
    return "".join(re.findall(r"\d", text))


def test_one_number_has_one_mask_however_it_is_written() -> None:
    written = [
        f"+7{MOBILE}",
        f"8{MOBILE}",
        MOBILE,
        "+7 (916) 123-45-67",
        f"{MOBILE}@provider,60,tT",
        "PJSIP/89161234567@provider",
    ]

    found = masked(*written)

    assert len({digits(text.partition(",")[0])[-10:] for text in found}) == 1
    assert MOBILE not in digits(found[0])


def test_length_and_beginning_are_kept() -> None:
    plus, eight, spaced = masked(f"+7{MOBILE}", f"8{MOBILE}", "8 (916) 123-45-67")

    assert re.fullmatch(r"\+7\d{10}", plus)
    assert re.fullmatch(r"8\d{10}", eight)
    assert re.fullmatch(r"8 \(\d{3}\) \d{3}-\d{2}-\d{2}", spaced)


def test_two_numbers_have_two_masks() -> None:
    one, other = masked("+79161234567", "+79161234568")

    assert one != other


@pytest.mark.parametrize(
    "text", ["101", "*2", "anonymous", "s", "0000000000", "", "sales", "700,20,tT", "<unknown>"]
)
def test_what_is_nobodys_number_stays(text: str) -> None:
    assert masked(text) == [text]


def test_long_extensions_of_ours_stay() -> None:
    assert masked("300101", "300102", extensions=("300101",))[0] == "300101"
    assert masked("300101", "300102", extensions=("300101",))[1] != "300102"


@pytest.mark.parametrize("name", ["Анна Соколова", "O'Neil", 'ООО "Уралтехпром"', "Jürgen"])
def test_names_go_wherever_they_stand(name: str) -> None:
    holders = [
        name,
        f"CALLERID(name)={name},20",
        name.upper(),
        quote(name),
        quote(f"x={name}&y=1", safe=""),
        f"<{name}> +79161234567",
    ]

    for text in masked(*holders, names=(name,)):
        assert name.casefold() not in text.casefold()
        assert quote(name).casefold() not in text.casefold()


def test_a_name_is_the_same_person_everywhere() -> None:
    masker = Masker()
    masker.learn_name("Анна Соколова")
    masker.learn_name("Олег Дёмин")

    assert masker.name("Анна Соколова") == "Имя 1"
    assert masker.text("звонит Соколова Олег") == "звонит Имя 1 Имя 2"


def test_paths_go_and_one_file_stays_one_file() -> None:
    one, same, other = masked(
        "/var/spool/asterisk/monitor/2026/in-79161234567.wav",
        "mixmonitor /var/spool/asterisk/monitor/2026/in-79161234567.wav,b",
        "/var/spool/asterisk/monitor/out.wav",
    )

    assert (one, same, other) == ("/masked/1.wav", "mixmonitor /masked/1.wav,b", "/masked/2.wav")


def test_encoded_numbers_are_numbers() -> None:
    (text,) = masked("tel=%2B7%20%28916%29%20123-45-67&x=1")

    assert re.fullmatch(r"tel=\+7%20\(\d{3}\)%20\d{3}-\d\d-\d\d&x=1", text)
    assert "123-45-67" not in text


def test_so_many_numbers_that_none_is_free_end_in_crosses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_core.calls.traces.masking.TRIES", 0)

    assert masked("+79161234567") == ["+7xxxxxxxxxx"]


def test_the_calls_own_number_is_found_between_any_signs() -> None:
    masker = Masker()
    masker.learn_number("+79161234567")

    text = masker.text("tel:8/916/123*45,67;x")

    assert re.fullmatch(r"tel:8/\d{3}/\d{3}\*\d\d,\d\d;x", text)
    assert digits(text)[1:] == digits(masker.text("+79161234567"))[1:]
    assert "9161234567" not in digits(text)
