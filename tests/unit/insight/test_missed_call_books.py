"""The books of the missed calls stay right, whatever happens, in whatever order it is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.clock import utc_now
from tests.unit.insight.debts import books, forgive, owed
from tests.unit.insight.log import Log, a_call, in_vain, our_call

START = utc_now() - timedelta(hours=5)
_NUMBERS = count(1)

KINDS = ("missed", "they_talked", "we_talked", "in_vain")
Step = tuple[str, int, int]  # what, whose number, at which minute
steps = st.lists(
    st.tuples(
        st.sampled_from((*KINDS, "write_off", "again")), st.integers(0, 3), st.integers(0, 60)
    ),
    min_size=1,
    max_size=10,
)


@dataclass
class Truth:
    """What the books should say of one caller, by counting and nothing else."""

    missed: list[datetime] = field(default_factory=list)
    talks: list[datetime] = field(default_factory=list)
    tried: list[datetime] = field(default_factory=list)
    forgiven: list[datetime] = field(default_factory=list)

    @property
    def unpaid(self) -> list[datetime]:
        ends = [*self.forgiven, *self.talks]
        return sorted(at for at in self.missed if not any(end >= at for end in ends))


def the_call(kind: str, number: str, name: str, at: datetime) -> CallSnapshot:
    ago = (utc_now() - at).total_seconds() / 60
    if kind == "missed":
        call = a_call(name, number, ago=ago)
    elif kind == "they_talked":
        call = a_call(name, number, ago=ago, talked=True)
    elif kind == "in_vain":
        call = in_vain(name, number, ago=ago)
    else:
        call = our_call(name, number, ago=ago, answered_at=at - timedelta(seconds=10))
    return replace(call, started_at=at - timedelta(seconds=30), ended_at=at)


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.generate,),  # each step goes through a database: shrinking would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=steps)
async def test_opened_is_settled_and_written_off_and_outstanding(
    log: Log, told: list[Step]
) -> None:
    """Numbers 0 and 1 are one client's, 2 and 3 strangers'."""
    serial = next(_NUMBERS)
    numbers = [f"8904{serial:05}{place:02}" for place in range(4)]
    client = await log.floor.office.add(log.floor.anna, f"Клиент {serial}", *numbers[:2])
    truths = {0: Truth(), 2: Truth(), 3: Truth()}
    used: set[int] = set()
    for place, (kind, whose, minute) in enumerate(told):
        truth = truths[0 if whose < 2 else whose]
        if kind == "again":
            await log.read_again()
        elif kind == "write_off":
            for debt in await owed(log, q=numbers[whose]):
                await forgive(log, log.floor.vera, debt.id)
                truth.forgiven.append(debt.last_called_at)
        elif minute not in used:
            used.add(minute)
            at = START + timedelta(minutes=minute)
            await log.write(the_call(kind, numbers[whose], f"{serial}/{place}", at))
            known = {"missed": truth.missed, "in_vain": truth.tried}.get(kind, truth.talks)
            known.append(at)
        await hold_against_the_truth(log, client.id, numbers, truths)


async def hold_against_the_truth(
    log: Log, client_id: UUID, numbers: Sequence[str], truths: dict[int, Truth]
) -> None:
    told = await books(log)
    assert told.opened == told.settled + told.written_off + told.outstanding
    debts = list(await owed(log, limit=200))
    for whose, truth in truths.items():
        same = [
            one
            for one in debts
            if (one.client and one.client.id == client_id and whose == 0)
            or (one.number == f"+7{numbers[whose][1:]}" and not one.client)
        ]
        assert len(same) == (1 if truth.unpaid else 0)
        if same:
            (debt,) = same
            assert (debt.since, debt.times_called) == (truth.unpaid[0], len(truth.unpaid))
            assert debt.last_called_at == truth.unpaid[-1]
            assert debt.times_tried == sum(at >= truth.unpaid[0] for at in truth.tried)
    calls = await open_tasks_by_debt(log)
    assert calls == sorted(one.task_id for one in debts if one.task_id)


async def open_tasks_by_debt(log: Log) -> list[UUID]:
    return sorted(
        task.id for task in await log.floor.tasks(log.floor.vera, kind="callback", limit=200)
    )
