"""The audit: who did what, written in the same transaction as the deed."""

from typing import Any
from uuid import UUID

from crm_core.access.tables import AuditEntry
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import UnitOfWork
from crm_core.kernel.text import clean_text


def write_audit(
    unit: UnitOfWork,
    action: str,
    *,
    by: UUID | None,
    on: tuple[str, object] | None = None,
    address: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Add a row: `action` such as "user.created", `on` the kind and id of what it was done to.

    `details` must never hold a password, a token or a cookie.
    """
    kind, object_id = on or ("", "")
    unit.session.add(
        AuditEntry(
            at=utc_now(),
            user_id=by,
            action=action,
            object_kind=kind,
            object_id=str(object_id),
            details=details or {},
            address=clean_text(address, limit=64),
        )
    )
