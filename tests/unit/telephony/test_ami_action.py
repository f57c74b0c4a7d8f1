"""One value is one value: whatever people type, exactly the meant action goes out, or none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.ami_action import LINE_LIMIT, UnsafeAction, write_action

CLICK = {
    "Action": "Originate",
    "Channel": "PJSIP/101",
    "CallerID": '"Анна" <101>',
    "Variable": ["A=1", "B=2"],
}

HOSTILE = st.one_of(
    st.text(),
    st.text(st.sampled_from("\r\n\x00\u2028\u2029\x85\x0b\x0c\x1e: Aa")),
    st.builds(lambda a, b: f"{a}\r\n\r\nAction: {b}", st.text(), st.text()),
    st.text(min_size=LINE_LIMIT, max_size=LINE_LIMIT + 50),
)


def independent_reading(raw: bytes) -> list[list[tuple[bytes, bytes]]]:
    """Actions as a PBX reads them that takes any line end for one."""
    actions: list[list[tuple[bytes, bytes]]] = [[]]
    for line in raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"):
        if not line:
            actions.append([])
        else:
            key, _colon, value = line.partition(b": ")
            actions[-1].append((key, value))
    return [action for action in actions if action]


def test_an_action_is_written_with_its_id_and_every_value() -> None:
    assert write_action(CLICK, "id-1").decode() == (
        "Action: Originate\r\nActionID: id-1\r\nChannel: PJSIP/101\r\n"
        'CallerID: "Анна" <101>\r\nVariable: A=1\r\nVariable: B=2\r\n\r\n'
    )


@settings(max_examples=2_000)
@given(value=HOSTILE, key=st.sampled_from(["Channel", "CallerID", "Account", "Variable", "Exten"]))
def test_a_hostile_value_is_refused_or_stays_one_value(value: str, key: str) -> None:
    wish = {"Action": "Originate", key: value}
    try:
        raw = write_action(wish, "id-1")
    except UnsafeAction:
        return
    assert independent_reading(raw) == [
        [(b"Action", b"Originate"), (b"ActionID", b"id-1"), (key.encode(), value.encode())]
    ]
    assert all(len(line) <= LINE_LIMIT for line in raw.split(b"\r\n"))


@pytest.mark.torture
@settings(max_examples=100_000, deadline=None)
@given(value=HOSTILE)
def test_a_hundred_thousand_hostile_values_start_nothing(value: str) -> None:
    test_a_hostile_value_is_refused_or_stays_one_value.hypothesis.inner_test(  # type: ignore[attr-defined]
        value=value, key="Channel"
    )


@pytest.mark.parametrize(
    "end", ["\r\n", "\r", "\n", "\x00", "\u2028", "\u2029", "\x85", "\x1b", "\ud800"]
)
def test_a_line_end_of_any_kind_is_refused(end: str) -> None:
    with pytest.raises(UnsafeAction, match="control"):
        write_action({"Action": "Originate", "Channel": f"PJSIP/101{end}Application: System"}, "1")


def test_a_value_longer_than_asterisk_reads_is_refused() -> None:
    with pytest.raises(UnsafeAction, match="long"):
        write_action({"Action": "Originate", "Channel": "я" * 500}, "1")


@pytest.mark.parametrize("key", ["", "Chan nel", "Channel:", "Chan\r\nnel", "Ключ", "x" * 65])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(UnsafeAction):
        write_action({"Action": "Originate", key: "x"}, "1")


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"Action": ""},
        {"Action": "Ping\r\nAction: Command"},
        {"Action": "Ping", "action": "Command"},
        {"Action": ["Ping", "Command"]},
        {"Action": "Ping", "ActionID": "mine"},
        {"Action": "Ping", "Variable": ["x"] * 101},
        {"Action": "Ping", "Count": 5},
    ],
)
def test_what_is_not_exactly_one_action_is_refused(action: dict[str, str]) -> None:
    with pytest.raises(UnsafeAction):
        write_action(action, "1")


def test_what_was_refused_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(UnsafeAction) as refusal:
        write_action({"Action": "Login", "Secret": "hunter2\r\n"}, "1")
    assert "hunter2" not in str(refusal.value)
