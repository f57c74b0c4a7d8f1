"""«Type a number, see how it is understood»: what the house would make of a call from it.

The very functions that read a ringing number are asked, so the answer cannot differ from the card.
"""

import re
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.accounts import who_sits_at
from crm_core.calls.ignored_numbers import list_ignored, matches
from crm_core.calls.pbx.settings import PbxSettings, extension_of
from crm_core.calls.tables import IgnoredNumber
from crm_core.kernel.phone import (
    SHORT_DIGITS,
    Phone,
    format_number,
    is_emergency,
    place_of,
    read_number,
)
from crm_core.records.tables import Client, ClientPhone

Kind = Literal["withheld", "emergency", "extension", "trunk", "short", "outside", "unreadable"]
Finding = Literal["none", "one", "several", "by_tail", "tail_ambiguous", "too_short", "withheld"]

MATCH_LIMIT = 20
_DIGITS = re.compile(r"\+?[0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundClient:
    """A client who would be offered."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberStory:
    """How one number is understood."""

    written: str
    kind: Kind
    number: str | None
    formatted: str | None
    place: str | None
    tail: str | None
    pbx: str | None
    """The PBX link by which an extension or a trunk was recognised."""
    extension: str | None
    user_name: str | None
    finding: Finding
    clients: tuple[FoundClient, ...]
    ignored: IgnoredNumber | None


async def explain_number(
    session: AsyncSession,
    written: str,
    *,
    region: str,
    language: str,
    links: tuple[PbxSettings, ...],
) -> NumberStory:
    """What a call from (or a channel called) `written` would be."""
    phone = read_number(written, region)
    kind, pbx, extension = _kind_of(written.strip(), phone, region, links)
    finding, clients = await _find(session, phone, kind)
    ignored = [row for row in await list_ignored(session) if matches(row, phone.number)]
    user = (await who_sits_at(session, pbx or "")).get(extension) if extension else None
    is_outside = kind == "outside" and phone.number is not None
    return NumberStory(
        written=written,
        kind=kind,
        number=phone.number,
        formatted=format_number(phone.number) if is_outside and phone.number else None,
        place=place_of(phone.number, language) if is_outside and phone.number else None,
        tail=phone.tail,
        pbx=pbx,
        extension=extension,
        user_name=user.name if user else None,
        finding=finding,
        clients=clients,
        ignored=ignored[0] if ignored else None,
    )


def _kind_of(
    written: str, phone: Phone, region: str, links: tuple[PbxSettings, ...]
) -> tuple[Kind, str | None, str | None]:
    """The kind, and for what is a PBX's own its name and the extension."""
    if phone.is_withheld or phone.number is None:
        return "withheld", None, None
    for link in links:
        if any(written.startswith(trunk) for trunk in link.trunks):
            return "trunk", link.name, None
    for link in links:
        if extension := extension_of(link, written.rpartition("/")[2]):
            return "extension", link.name, extension
    if is_emergency(phone.number, region):
        return "emergency", None, None
    if not _DIGITS.fullmatch(phone.number):
        return "unreadable", None, None
    is_short = len(phone.number.lstrip("+")) <= SHORT_DIGITS
    return ("short" if is_short else "outside"), None, None


async def _find(
    session: AsyncSession, phone: Phone, kind: Kind
) -> tuple[Finding, tuple[FoundClient, ...]]:
    """As the look-up does: exactly first, then by the last ten digits if one client has them."""
    if phone.number is None:
        return "withheld", ()
    exact = await _clients(session, ClientPhone.number == phone.number)
    if exact:
        return ("one" if len(exact) == 1 else "several"), exact
    if phone.tail is None:
        return "too_short" if kind in ("extension", "short", "emergency") else "none", ()
    near = await _clients(session, ClientPhone.tail == phone.tail)
    if len(near) == 1:
        return "by_tail", near
    return ("tail_ambiguous" if near else "none"), ()


async def _clients(session: AsyncSession, condition: bool) -> tuple[FoundClient, ...]:
    query = (
        select(Client.id, Client.name)
        .join(ClientPhone, col(ClientPhone.client_id) == col(Client.id))
        .where(condition)
        .distinct()
        .order_by(col(Client.name), col(Client.id))
        .limit(MATCH_LIMIT)
    )
    return tuple(FoundClient(id=found, name=name) for found, name in await session.exec(query))
