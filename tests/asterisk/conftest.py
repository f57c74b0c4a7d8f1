from tests.asterisk.fixtures import (
    allo,
    desks,
    installation,
    office,
    olga,
    own_allo,
    own_desks,
    own_office,
    own_pbx,
    pbx,
    prepare_once,
    prepared,
)
from tests.asterisk.measured import measured, pytest_terminal_summary

__all__ = [
    "allo",
    "desks",
    "installation",
    "measured",
    "office",
    "olga",
    "own_allo",
    "own_desks",
    "own_office",
    "own_pbx",
    "pbx",
    "prepare_once",
    "prepared",
    "pytest_terminal_summary",
]
