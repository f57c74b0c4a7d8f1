"""What becomes of the calls and gaps of a PBX that is followed no more."""

from datetime import datetime

from sqlalchemy import case
from sqlmodel import col, select, update

from crm_core.calls.tables import Call, CallLeg, Gap
from crm_core.kernel.call_facts import CallResult, CallStatus
from crm_core.kernel.database import UnitOfWork


async def leave_link(unit: UnitOfWork, pbx: str, at: datetime) -> None:
    """End what seems to go on there: nobody will ever tell how it ended.

    If the link is followed again its tape is read on, and tells these calls and gaps anew.
    """
    living = select(Call.id).where(Call.pbx == pbx, col(Call.ended_at).is_(None))
    legs = update(CallLeg).where(col(CallLeg.call_id).in_(living), col(CallLeg.ended_at).is_(None))
    await unit.session.exec(legs.values(ended_at=at))
    was_answered = col(Call.answered_at).is_not(None)
    result = case((was_answered, CallResult.ANSWERED.value), else_=CallResult.NO_ANSWER.value)
    calls = update(Call).where(col(Call.pbx) == pbx, col(Call.ended_at).is_(None))
    await unit.session.exec(
        calls.values(status=CallStatus.ENDED.value, result=result, ended_at=at, is_recovered=True)
    )
    gaps = update(Gap).where(col(Gap.pbx) == pbx, col(Gap.to_at).is_(None))
    await unit.session.exec(gaps.values(to_at=at))
