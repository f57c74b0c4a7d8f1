"""Callers: who it is that calls, whichever of their numbers they use."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.calls.tables import Call
from crm_core.records.tables import ClientPhone


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A client with the numbers that are theirs alone, or a number that is nobody's we know.

    `number` is the one that was used; several clients may share it.
    """

    client_id: UUID | None
    number: str | None
    own: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        """Whether there is anybody to be rung back at all."""
        return self.client_id is not None or self.number is not None

    def is_in(self, client: Any, number: Any) -> ColumnElement[bool]:
        """Whether a row with these two columns is of this caller.

        Of a row that names another client a shared number does not decide.
        """
        numbers = sorted(self.own | {self.number} if self.number else self.own)
        by_number: ColumnElement[bool] = col(number).in_(numbers)
        if self.client_id is None:
            return by_number
        return or_(col(client) == self.client_id, and_(col(client).is_(None), by_number))

    def owns(self, client_id: UUID | None, number: str | None) -> bool:
        """Whether what is owed to that client or number is owed to this caller."""
        if client_id is not None or self.client_id is None:
            return client_id == self.client_id
        return number in self.own


async def caller_of(session: AsyncSession, call: Call) -> Caller:
    """Return who the call was with: as the call says, else who alone has its number now."""
    client_id = call.client_id
    if client_id is None and call.number and not call.is_client_chosen:
        client_id = await _only_owner(session, call.number)
    return await find_caller(session, client_id, call.number)


async def find_caller(session: AsyncSession, client_id: UUID | None, number: str | None) -> Caller:
    """Return a client with all numbers, or a number that has none."""
    own = await own_numbers(session, client_id) if client_id else set()
    return Caller(client_id=client_id, number=number, own=frozenset(own))


async def own_numbers(session: AsyncSession, client_id: UUID) -> set[str]:
    """The numbers of a client that nobody else has."""
    own = select(ClientPhone.number).where(ClientPhone.client_id == client_id)
    numbers = set((await session.exec(own)).all())
    others = select(ClientPhone.number).where(
        col(ClientPhone.number).in_(numbers), ClientPhone.client_id != client_id
    )
    return numbers - set((await session.exec(others)).all())


async def _only_owner(session: AsyncSession, number: str) -> UUID | None:
    owners = select(ClientPhone.client_id).where(ClientPhone.number == number).distinct().limit(2)
    found = (await session.exec(owners)).all()
    return found[0] if len(found) == 1 else None
