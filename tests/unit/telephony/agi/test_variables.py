"""What a dialplan is told of a caller can be put anywhere in it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.calls.caller_answer import CallerAnswer
from telephony.agi.protocol import set_variable
from telephony.agi.variables import NAME_BYTES, plain_name, variables_of

# What begins something in an expression, an argument, a dial string, a shell or a configuration.
MEANINGFUL = frozenset("\"'`$\\{}[]()<>|&,;:?=~^!*@%\r\n\t\0")


@given(st.text())
def test_a_plain_name_means_nothing_to_a_dialplan_and_fits_a_phone(text: str) -> None:
    name = plain_name(text)

    assert not MEANINGFUL & set(name)
    assert len(name.encode()) <= NAME_BYTES
    assert name == " ".join(name.split())
    assert set_variable("ALLO_NAME", name) == f'SET VARIABLE ALLO_NAME "{name}"\n'.encode()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Анна Сергеевна Петрова", "Анна Сергеевна Петрова"),
        ('ООО "Ромашка"', "ООО Ромашка"),
        ("Завод «Луч», склад № 2", "Завод «Луч» склад № 2"),
        ("O'Brien & Sons", "O’Brien Sons"),
        ("Салтыков-Щедрин М.Е.", "Салтыков-Щедрин М.Е."),
        ("Zoë Müller", "Zoë Müller"),
        ("山田太郎", "山田太郎"),
        ("${SHELL(rm -rf /)}", "SHELL rm -rf /"),
        ("😀", ""),
        ("", ""),
        (
            "Общество с ограниченной ответственностью «Ромашка»",
            "Общество с ограниченной ответственностью",
        ),
        ("ю" * 60, "ю" * 39),
    ],
)
def test_a_name_stays_the_name_that_people_know(written: str, told: str) -> None:
    assert plain_name(written) == told


def test_all_that_is_known_is_told_and_the_status_last() -> None:
    answer = CallerAnswer(
        status="found",
        client_id=UUID(int=7),
        name="Анна Петрова",
        greeting_name="Анна",
        is_vip=True,
        is_owed_a_call=True,
        is_open=False,
        extension="101",
    )

    told = variables_of(answer, "PJSIP/101")

    assert told == {
        "ALLO_NAME": "Анна Петрова",
        "ALLO_GREETING": "Анна",
        "ALLO_CLIENT": str(UUID(int=7)),
        "ALLO_VIP": "1",
        "ALLO_BLOCKED": "0",
        "ALLO_DEBT": "1",
        "ALLO_OPEN": "0",
        "ALLO_AGENT": "101",
        "ALLO_AGENT_INTERFACE": "PJSIP/101",
        "ALLO_STATUS": "found",
    }
    assert list(told)[-1] == "ALLO_STATUS"


@pytest.mark.parametrize("interface", ["PJSIP/101&PJSIP/provider", "PJSIP/1,30,G(x)", "101", ""])
def test_what_no_dial_string_may_hold_is_not_told(interface: str) -> None:
    answer = CallerAnswer(status="found", extension="101")

    assert variables_of(answer, interface)["ALLO_AGENT_INTERFACE"] == ""


def test_an_extension_that_is_none_is_nobodys() -> None:
    told = variables_of(CallerAnswer(status="found", extension="101&102"), "PJSIP/101")

    assert (told["ALLO_AGENT"], told["ALLO_AGENT_INTERFACE"]) == ("", "")
