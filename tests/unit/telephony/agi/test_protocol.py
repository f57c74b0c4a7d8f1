"""What goes over the wire, read back by a reader of the tests' own that knows Asterisk's rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.agi.protocol import (
    LINE_LIMIT,
    VALUE_LIMIT,
    NotAgi,
    is_done,
    read_environment,
    read_line,
    set_variable,
)


def words_of(line: str) -> list[str]:
    """Take a command apart as Asterisk does: blanks, quotes, backslashes."""
    words: list[str] = []
    quoted = escaped = is_open = False
    for letter in line:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
            continue
        elif letter == '"':
            quoted = not quoted
            if quoted and not is_open:
                words.append("")
                is_open = True
            continue
        elif letter in " \t" and not quoted:
            is_open = False
            continue
        if not is_open:
            words.append("")
            is_open = True
        words[-1] += letter
    assert not quoted
    assert not escaped
    return words


PRINTABLE = st.text().filter(str.isprintable)


@given(PRINTABLE)
def test_a_value_arrives_as_it_was_or_cut_between_letters(value: str) -> None:
    command = set_variable("ALLO_NAME", value)

    assert command.count(b"\n") == 1
    assert command.endswith(b"\n")
    assert b"\r" not in command
    assert b"\0" not in command
    assert len(command) < LINE_LIMIT
    verb, noun, name, arrived = words_of(command.decode().removesuffix("\n"))
    assert (verb, noun, name) == ("SET", "VARIABLE", "ALLO_NAME")
    if len(value.encode()) <= VALUE_LIMIT:
        assert arrived == value
    else:
        assert value.startswith(arrived)
        assert len(arrived.encode()) > VALUE_LIMIT - 4


@pytest.mark.parametrize("value", ["a\nHANGUP", "a\rb", "a\0b", "a\x0bb", "a\u2028b", "\x85"])
def test_a_value_with_a_line_end_is_no_value(value: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        set_variable("ALLO_NAME", value)


@pytest.mark.parametrize("name", ["", "allo", "ALLO NAME", 'ALLO"', "CALLERID(name)", "A\nB", "1A"])
def test_only_a_plain_word_is_the_name_of_a_variable(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        set_variable(name, "x")


def environment(script: str, **more: str) -> dict[str, str]:
    return {"agi_network_script": script, "agi_callerid": "89161234567", **more}


def test_the_address_says_what_is_asked_and_of_which_pbx() -> None:
    request = read_environment(environment("caller?pbx=main&queue=sales"))

    assert request.script == "caller"
    assert request.caller == "89161234567"
    assert request.arguments == {"pbx": "main", "queue": "sales"}


def test_arguments_say_the_same_and_the_address_wins() -> None:
    said = environment("caller", agi_arg_1="south", agi_arg_2="sales")
    both = environment("/caller?pbx=main", agi_arg_1="south")

    assert read_environment(said).arguments == {"pbx": "south", "queue": "sales"}
    assert read_environment(both).arguments == {"pbx": "main"}


@pytest.mark.parametrize("script", ["//[", "caller?" + "&".join(f"a{n}=1" for n in range(99))])
def test_an_address_that_cannot_be_read_is_no_question(script: str) -> None:
    with pytest.raises(NotAgi):
        read_environment(environment(script))


def test_without_a_script_nothing_is_asked() -> None:
    with pytest.raises(NotAgi):
        read_environment({"agi_callerid": "1"})


@pytest.mark.parametrize("line", [b"GET / HTTP/1.1", b"Host: allo", b"\x16\x03\x01", b"agi_"])
def test_another_protocol_is_known_by_its_first_line(line: bytes) -> None:
    with pytest.raises(NotAgi):
        read_line(line)


def test_a_line_may_hold_colons_and_letters_that_are_no_utf8() -> None:
    assert read_line(b"agi_request: agi://h:1/caller") == ("agi_request", "agi://h:1/caller")
    assert read_line(b"agi_calleridname: \xcf\xf0") == ("agi_calleridname", "\ufffd\ufffd")


def test_only_two_hundred_means_done() -> None:
    assert is_done("200 result=1")
    assert not is_done("510 Invalid or unknown command")
    assert not is_done("520-Invalid command syntax.  Proper usage follows:")
