"""PBX links as rows: kept by an administrator, their secrets sealed and never given back.

A link's name is for good: the tape, the calls and people's phones know the PBX by it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from pydantic import SecretStr, ValidationError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from crm_core.access.audit import write_audit
from crm_core.access.tables import Extension
from crm_core.calls.pbx.link_tables import PbxLinkRow
from crm_core.calls.pbx.settings import PbxSettings, mask_records, shown_records
from crm_core.calls.tables import Call, TapeCheckpoint
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.errors import Conflict, InvalidValue, NotFound
from crm_core.kernel.secret_box import SecretBox, SecretUnreadable

LIMIT = 200
TOLD = (
    *("name", "host", "port", "username", "region", "extension_pattern", "trunks"),
    *("dial_context", "dial_format", "is_enabled"),
)
RECORDS = "call_records"
WHERE = ("host", "port")  # a secret is never sent to another place than it was typed for


class PbxLinkInUse(Conflict):
    """The name of a link is known to calls, to people's phones or to a tape."""

    code = "pbx_link_in_use"


class SetInSettings(Conflict):
    """The links are those of the server's settings and cannot be changed here."""

    code = "pbx_links_set_in_settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedLink:
    """A row, and what it means; no `settings` when its secret cannot be read."""

    row: PbxLinkRow
    settings: PbxSettings | None


async def list_links(session: AsyncSession) -> Sequence[PbxLinkRow]:
    """All of them, by name."""
    return (await session.exec(select(PbxLinkRow).order_by(col(PbxLinkRow.name)))).all()


async def get_link(session: AsyncSession, link_id: UUID) -> PbxLinkRow:
    """One of them."""
    row = await session.get(PbxLinkRow, link_id)
    if row is None:
        raise NotFound("no such PBX link")
    return row


async def read_links(session: AsyncSession, box: SecretBox) -> list[SavedLink]:
    """All links with their secrets, for those who connect."""
    return [SavedLink(row=row, settings=settings_of(row, box)) for row in await list_links(session)]


def settings_of(row: PbxLinkRow, box: SecretBox) -> PbxSettings | None:
    """What a row means; None when its secret cannot be read."""
    try:
        kept = {"secret": box.open(row.sealed_secret), RECORDS: _records(row, box)}
        return read_settings({**_told(row), **kept})
    except (SecretUnreadable, InvalidValue):
        return None


def read_settings(values: Mapping[str, Any]) -> PbxSettings:
    """Settings out of what somebody typed; raises `InvalidValue` with the field's name."""
    secret = values.get("secret")
    plain = secret.get_secret_value() if isinstance(secret, SecretStr) else secret
    chosen = {name: value for name, value in values.items() if name in PbxSettings.model_fields}
    chosen[RECORDS] = chosen.get(RECORDS) or None
    try:
        return PbxSettings.model_validate({**chosen, "secret": plain})
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
        text = fault["msg"].removeprefix("Value error, ")
        raise InvalidValue(str(fault["loc"][0]), text) from None


class LinkBook:
    """Writes links in one transaction, for one administrator."""

    def __init__(
        self,
        unit: UnitOfWork,
        box: SecretBox,
        by: UUID,
        *,
        has_tape: Callable[[str], bool] = lambda _name: False,
    ) -> None:
        self._unit = unit
        self._box = box
        self._by = by
        self._has_tape = has_tape

    async def add(self, values: Mapping[str, Any]) -> PbxLinkRow:
        """Keep a new link."""
        settings = read_settings(values)
        known = await list_links(self._unit.session)
        if len(known) >= LIMIT:
            raise InvalidValue("name", f"there are at most {LIMIT} of these")
        if any(row.name == settings.name for row in known):
            raise Conflict(f"there is a PBX link called {settings.name} already")
        now = utc_now()
        row = PbxLinkRow(id=uuid4(), created_at=now, changed_at=now, **self._columns(settings))
        row.is_enabled = values.get("is_enabled", True)
        await self._keep(row, "pbx_link.created", {"after": _told(row)})
        return row

    async def change(self, link_id: UUID, version: int, changes: Mapping[str, Any]) -> PbxLinkRow:
        """Change what is named in `changes`; an absent secret stays what it is."""
        row = await _locked(self._unit, link_id)
        if row.version != version:
            raise Conflict("Somebody else has changed this PBX link meanwhile.")
        before = _told(row)
        kept = {"secret": self.secret_for(row, changes), RECORDS: self._records_for(row, changes)}
        settings = read_settings({**before, **changes, **kept})
        if settings.name != row.name:
            await self._demand_free(row.name, settings.name)
        row.sqlmodel_update(self._columns(settings))
        row.is_enabled = changes.get("is_enabled", row.is_enabled)
        row.version += 1
        row.changed_at = utc_now()
        details = {"before": before, "after": _told(row), "is_secret_new": "secret" in changes}
        if RECORDS in changes:
            details |= {RECORDS: shown_records(settings)}
        await self._keep(row, "pbx_link.changed", details)
        return row

    async def remove(self, link_id: UUID) -> None:
        """Follow this PBX no more. Its calls, its tape and people's phones stay as they are."""
        row = await _locked(self._unit, link_id)
        await self._unit.session.delete(row)
        details = {"before": _told(row)}
        write_audit(self._unit, "pbx_link.deleted", by=self._by, on=_on(row), details=details)

    def secret_for(self, row: PbxLinkRow, changes: Mapping[str, Any]) -> Any:
        """The secret that goes with a link as it is to be."""
        return secret_for(row, changes, self._box)

    def _records_for(self, row: PbxLinkRow, changes: Mapping[str, Any]) -> str:
        """Where the records lie from now on. What is shown of a password means the one kept."""
        kept = _records(row, self._box)
        typed = changes.get(RECORDS)
        if typed is None or typed == mask_records(kept):
            return kept
        return str(typed)

    async def _demand_free(self, name: str, wanted: str) -> None:
        """Calls, tapes and phones know a PBX by its name and would no longer find it."""
        session = self._unit.session
        is_used = self._has_tape(name)
        for column in (col(Call.pbx), col(TapeCheckpoint.pbx), col(Extension.pbx)):
            found = await session.exec(select(column).where(column == name).limit(1))
            is_used = is_used or found.first() is not None
        if is_used:
            raise PbxLinkInUse(
                f"{name} has calls, phones or a tape under this name: add another link instead"
            )
        namesake = select(PbxLinkRow.id).where(PbxLinkRow.name == wanted)
        if (await session.exec(namesake)).first() is not None:
            raise Conflict(f"there is a PBX link called {wanted} already")

    def _columns(self, settings: PbxSettings) -> dict[str, Any]:
        told = settings.model_dump(exclude={"secret", RECORDS})
        sealed = self._box.seal(settings.secret.get_secret_value())
        where = settings.call_records
        records = self._box.seal(where.get_secret_value()) if where else None
        sealed_both = {"sealed_secret": sealed, "sealed_call_records": records}
        return {**told, "trunks": list(settings.trunks), **sealed_both}

    async def _keep(self, row: PbxLinkRow, action: str, details: dict[str, Any]) -> None:
        self._unit.session.add(row)
        await self._unit.session.flush()
        write_audit(self._unit, action, by=self._by, on=_on(row), details=details)


def secret_for(row: PbxLinkRow, changes: Mapping[str, Any], box: SecretBox) -> Any:
    """The secret typed now, or the one kept, which is never sent to another address."""
    if changes.get("secret") is not None:
        return changes["secret"]
    if any(name in changes and changes[name] != getattr(row, name) for name in WHERE):
        raise InvalidValue("secret", "another address needs the secret again")
    try:
        return box.open(row.sealed_secret)
    except SecretUnreadable as error:
        raise InvalidValue("secret", str(error)) from None


def _records(row: PbxLinkRow, box: SecretBox) -> str:
    try:
        return box.open(row.sealed_call_records) if row.sealed_call_records else ""
    except SecretUnreadable:
        return ""


def shown_records_of(row: PbxLinkRow, box: SecretBox) -> str:
    """Where a link's records lie, without the password."""
    return mask_records(_records(row, box))


async def _locked(unit: UnitOfWork, link_id: UUID) -> PbxLinkRow:
    query = select(PbxLinkRow).where(PbxLinkRow.id == link_id).with_for_update()
    row = (await unit.session.exec(query)).first()
    if row is None:
        raise NotFound("no such PBX link")
    return row


def _told(row: PbxLinkRow) -> dict[str, Any]:
    return row.model_dump(include=set(TOLD))


def _on(row: PbxLinkRow) -> tuple[str, object]:
    return ("pbx_link", row.id)
