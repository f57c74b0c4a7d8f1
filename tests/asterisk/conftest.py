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
    prepared_data,
)

__all__ = [
    "allo",
    "desks",
    "installation",
    "office",
    "olga",
    "own_allo",
    "own_desks",
    "own_office",
    "own_pbx",
    "pbx",
    "prepared_data",
]
