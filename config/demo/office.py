"""What the made-up company has set: its name, titles of its queues, numbers it leaves alone."""

from datetime import timedelta

from sqlmodel import select

from crm_core.access.office import OfficeChanges, change_office
from crm_core.access.tables import User
from crm_core.calls.dispositions import list_dispositions
from crm_core.calls.ignored_numbers import add_ignored
from crm_core.calls.queue_settings import QueueDraft, add_queue
from crm_core.calls.tables import IgnoredNumber
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database

QUEUES = (("sales", "Продажи"), ("support", "Сервис"))
IGNORED = (
    ("8 495 000-07-99", False, "Домофон на складе"),
    ("8 800 100", True, "Обзвоны и реклама"),
)


async def set_up_office(database: Database, *, pbx: str) -> None:
    """Set it as the company's administrator would."""
    async with database.write() as unit:
        admin = (await unit.session.exec(select(User).where(User.role == "admin"))).first()
        if admin is None:
            return
        await change_office(unit, 1, OfficeChanges(name="Мастерская «Простор»"), by=admin.id)
        known = [one.code for one in await list_dispositions(unit.session)]
        for name, title in QUEUES:
            draft = QueueDraft(
                pbx=pbx,
                name=name,
                title=title,
                is_disposition_required=name == "sales",
                wrap_up_seconds=60,
                dispositions=known if name == "sales" else known[:4],
            )
            await add_queue(unit, draft, by=admin.id)
        for written, is_prefix, reason in IGNORED:
            row = IgnoredNumber(
                id=admin.id,
                number=written,
                is_prefix=is_prefix,
                reason=reason,
                created_at=utc_now() - timedelta(days=1),
            )
            await add_ignored(unit, written, row, region="RU", by=admin.id)
