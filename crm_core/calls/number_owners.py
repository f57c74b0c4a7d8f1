"""Whose numbers these are, for many calls at once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from crm_core.kernel.phone import Phone
from crm_core.kernel.upsert import table_of
from crm_core.records.tables import ClientPhone

PHONE = table_of(ClientPhone)


def find_clients(connection: Connection, phones: Sequence[Phone]) -> dict[str, UUID]:
    """Return the client of each number that exactly one client has.

    The exact number comes first, then the last ten digits, as in the look-up of the card.
    """
    numbers = {phone.number for phone in phones if phone.number}
    if not numbers:
        return {}
    owners = _owners(connection, _BY_NUMBER, numbers)
    strangers = [phone for phone in phones if phone.number and phone.number not in owners]
    tails = {phone.tail for phone in strangers if phone.tail}
    by_tail = _owners(connection, _BY_TAIL, tails) if tails else {}
    for phone in strangers:
        if phone.number and phone.tail in by_tail:
            owners[phone.number] = by_tail[phone.tail]
    return {number: next(iter(ids)) for number, ids in owners.items() if len(ids) == 1}


def _owners(
    connection: Connection, query: Select[Any], values: Collection[str]
) -> dict[str, set[UUID]]:
    owners: dict[str, set[UUID]] = defaultdict(set)
    for value, client_id in connection.execute(query, {"values": sorted(values)}):
        owners[value].add(client_id)
    return dict(owners)


_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_BY_NUMBER = select(PHONE.c.number, PHONE.c.client_id).where(PHONE.c.number.in_(_VALUES))
_BY_TAIL = select(PHONE.c.tail, PHONE.c.client_id).where(PHONE.c.tail.in_(_VALUES))
