import asyncio
import logging

import pytest

from config.logging import MaskingFormatter, hide_secrets, is_worth_a_line, mask_numbers


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("call from +79161234567 to 101", "call from …4567 to 101"),
        ("number 89161234567.", "number …4567."),
        ("from '+7 916 123-45-67' again", "from '…4567' again"),
        ("from 8 (916) 123-45-67", "from …4567"),
        ("tel:1234567890123456789012", "tel:1234567890123456789012"),
        ("caller=79161234567,", "caller=…4567,"),
    ],
)
def test_a_phone_number_is_cut_to_its_last_digits(said: str, shown: str) -> None:
    assert mask_numbers(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "call 0f0e31c4-1111-5222-8333-123456789012 answered by 104",
        "call 12345678-1111-5222-8333-123456789012 ended",
        "linkedid 1795417886.14481",
        "since 2026-11-23 07:11:26 and 2026-11-23T07:11:26.123456Z",
        "port 127.0.0.1:5038, queue sales, extension 104",
    ],
)
def test_ids_moments_and_extensions_stay_whole(said: str) -> None:
    assert mask_numbers(said) == said


@pytest.mark.parametrize(
    "said",
    [
        "Secret: hunter2",
        "password='hunter2'",
        '{"password": "hunter2"}',
        "Authorization: Bearer hunter2",
        "Cookie: allo_session=hunter2",
        "postgresql://allo:hunter2@127.0.0.1/allo",
        "token=hunter2",
    ],
)
def test_a_secret_is_never_shown(said: str) -> None:
    assert "hunter2" not in hide_secrets(said)


def record(level: int, message: str, *facts: object) -> logging.LogRecord:
    return logging.LogRecord("telephony.link", level, "link.py", 1, message, facts, None)


def test_a_line_says_when_how_grave_and_where() -> None:
    line = MaskingFormatter().format(record(logging.INFO, "call %s rings", "+79161234567"))

    assert line.endswith("Z INFO telephony.link: call …4567 rings")


def test_numbers_are_whole_for_who_asked_to_debug() -> None:
    line = MaskingFormatter().format(record(logging.DEBUG, "call %s rings", "+79161234567"))

    assert "+79161234567" in line


def test_tracebacks_are_masked_too() -> None:
    try:
        raise ValueError("cannot read 89161234567, secret=hunter2")
    except ValueError as error:
        told = record(logging.ERROR, "handler failed")
        told.exc_info = (ValueError, error, error.__traceback__)

    line = MaskingFormatter().format(told)

    assert "89161234567" not in line.split("ValueError:")[-1]
    assert "hunter2" not in line.split("ValueError:")[-1]


@pytest.mark.parametrize(
    ("error", "is_shown"), [(asyncio.CancelledError(), False), (OSError("disk"), True)]
)
def test_a_reader_that_was_cancelled_by_a_stop_is_no_fault(
    error: BaseException, is_shown: bool
) -> None:
    told = (type(error), error, None)
    name = "sqlalchemy.pool.impl.AsyncAdaptedQueuePool"
    record = logging.LogRecord(name, logging.ERROR, "", 1, "Exception during reset", (), told)
    assert is_worth_a_line(record) is is_shown
    assert not is_shown or "Traceback" not in MaskingFormatter().format(record)
    assert not is_shown or record.getMessage() == "Exception during reset: OSError: disk"
