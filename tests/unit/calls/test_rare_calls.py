"""Rare calls among very many are begun with, not looked for: the same calls either way."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event

from crm_core.calls import call_rights
from crm_core.kernel.call_facts import CallResult, CallSnapshot, CallStatus, QueueVisit
from tests.engines import ON_SQLITE
from tests.unit.calls.desk import Desk
from tests.unit.calls.floor import answered, hung_up, moment, ringing

WALK = "SCAN call USING INDEX ix_call_started"


def in_queue(name: str, extension: str, queue: str) -> CallSnapshot:
    """An ended call that waited in a queue first."""
    visit = QueueVisit(name=queue, entered_at=moment(0), left_at=moment(5))
    return hung_up(answered(ringing(extension, name=name, queues=(visit,)), extension))


async def test_few_and_many_are_found_alike(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    floor = desk.floor
    anna = await desk.person(await floor.hire("Anna", "101"))
    boris = await desk.person(await floor.hire("Boris", "102"))
    vera = await desk.person(await floor.hire("Vera"), role="supervisor")
    calls = [in_queue(f"{at}", "101" if at % 3 else "102", f"q{at % 2}") for at in range(12)]
    await floor.log(*calls, ringing("101", name="now"))

    async def everything() -> list[list[Any]]:
        return [
            sorted(await desk.listed(anna)),
            sorted(await desk.listed(boris)),
            sorted(await desk.listed(vera, user=anna.user_id)),
            sorted(await desk.listed(vera, queue="q1")),
            sorted(await desk.listed(vera, status=(CallStatus.RINGING, CallStatus.QUEUED))),
        ]

    few = await everything()
    monkeypatch.setattr(call_rights, "FEW", 1)
    many = await everything()

    assert few == many
    assert [len(found) for found in few] == [9, 4, 9, 6, 1]


@ON_SQLITE
@pytest.mark.parametrize(
    "asked",
    [
        {"status": (CallStatus.RINGING, CallStatus.QUEUED)},
        {"result": (CallResult.BUSY,)},
        {"queue": "nowhere"},
        {"user": uuid4()},
    ],
)
async def test_what_no_call_is_needs_no_walk_along_all_of_them(
    desk: Desk, asked: dict[str, Any]
) -> None:
    vera = await desk.person(await desk.floor.hire("Vera"), role="supervisor")
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _k: Any, statement: str, values: Any, _x: Any, _many: bool) -> None:
        if "ORDER BY call.started_at" in statement:
            seen.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert await desk.listed(vera, **asked) == []
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    ((statement, values),) = seen
    async with desk.floor.database.read() as session:
        connection = await session.connection()
        found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        plan = [str(row.detail) for row in found]

    assert plan
    assert not any(step.startswith(WALK) for step in plan), plan
