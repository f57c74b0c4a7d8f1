"""Calls of the simulator, heard by the same link as a real PBX's and told by the same tracker."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from crm_core.calls.pbx.settings import PbxSettings
from crm_core.kernel.bus import EventBus
from crm_core.kernel.call_facts import CallSnapshot, Checkpoint, LegOutcome
from crm_core.kernel.events import LinkChanged
from telephony.link import PbxLink
from telephony.simulator.channels import Phone
from telephony.simulator.pbx import SimulatedPbx
from telephony.simulator.plans import Caller, CallKind, CallPlan, Planner
from telephony.tracker import CallTracker, TrackerSettings
from tests.integration.simulator.conftest import PHONES


@dataclass(slots=True)
class CallLog:
    """Keeps the latest state of each call and lets one wait for its end."""

    calls: dict[str, CallSnapshot] = field(default_factory=dict)
    has_news: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, _pbx: str, calls: Sequence[CallSnapshot], _mark: Checkpoint | None) -> None:
        for call in calls:
            self.calls[str(call.call_id)] = call
        self.has_news.set()

    async def one_ended(self) -> CallSnapshot:
        """The only call, once it has ended."""
        while not (self.calls and all(call.ended_at for call in self.calls.values())):
            self.has_news.clear()
            await self.has_news.wait()
        (call,) = self.calls.values()
        return call


@pytest.fixture
async def log(pbx: SimulatedPbx, tmp_path: Path) -> AsyncIterator[CallLog]:
    """What the link tells of the simulated PBX, from its log-in on."""
    settings = PbxSettings(
        port=pbx.port, username="demo", secret=SecretStr("quiet"), trunks=("PJSIP/provider",)
    )
    tracker = CallTracker(
        TrackerSettings(pbx="main", extension_pattern=r"\d{2,5}", trunks=("PJSIP/provider",))
    )
    log, bus, is_up = CallLog(), EventBus(), asyncio.Event()

    async def on_link_changed(event: LinkChanged) -> None:
        assert event.is_up
        is_up.set()

    bus.subscribe(LinkChanged, handler=on_link_changed)
    link = PbxLink(settings, tape_directory=tmp_path, tracker=tracker, bus=bus, call_log=log)
    workers = [asyncio.create_task(bus.run()), asyncio.create_task(link.run())]
    await is_up.wait()
    yield log
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    assert tracker.errors == 0


def plan(kind: CallKind, seed: int = 3) -> CallPlan:
    planner = Planner([Caller("+79165550101", "Анна")], seed=seed)
    return planner.plan(kind, PHONES, at=PHONES[1])


@pytest.mark.parametrize(
    ("kind", "direction", "result", "handled_by"),
    [
        (CallKind.DIRECT, "inbound", "answered", "102"),
        (CallKind.WITHHELD, "inbound", "answered", "102"),
        (CallKind.UNANSWERED, "inbound", "no_answer", None),
        (CallKind.ABANDONED, "inbound", "abandoned", None),
        (CallKind.BUSY, "inbound", "busy", None),
        (CallKind.GROUP, "inbound", "answered", "102"),
        (CallKind.QUEUE, "inbound", "answered", "102"),
        (CallKind.QUEUE_TIMEOUT, "inbound", "no_answer", None),
        (CallKind.OUTBOUND, "outbound", "answered", "102"),
    ],
)
async def test_every_kind_of_call_is_told_as_it_was_played(
    pbx: SimulatedPbx,
    log: CallLog,
    kind: CallKind,
    direction: str,
    result: str,
    handled_by: str | None,
) -> None:
    await pbx.start_call(plan(kind))

    call = await log.one_ended()

    assert (call.direction, call.result, call.handled_by) == (direction, result, handled_by)


async def test_an_internal_call_names_both_sides(pbx: SimulatedPbx, log: CallLog) -> None:
    played = plan(CallKind.INTERNAL)
    await pbx.start_call(played)

    call = await log.one_ended()

    assert (call.direction, call.result) == ("internal", "answered")
    assert (call.placed_by, call.raw_number) == played.extensions


async def test_the_number_dialled_is_read_from_an_outbound_call(
    pbx: SimulatedPbx, log: CallLog
) -> None:
    await pbx.start_call(plan(CallKind.OUTBOUND))

    call = await log.one_ended()

    assert (call.raw_number, call.placed_by) == ("+79165550101", "102")


async def test_a_call_is_taken_by_one_and_passed_on_to_the_other(
    pbx: SimulatedPbx, log: CallLog
) -> None:
    played = plan(CallKind.TRANSFER)
    await pbx.start_call(played)
    call = await log.one_ended()

    (passed,) = call.transfers
    assert (passed.by, passed.to) == (played.answered_by, played.passed_on_to)
    assert [leg.outcome for leg in call.legs] == [LegOutcome.ANSWERED] * 2
    assert call.handled_by == played.passed_on_to


@pytest.mark.parametrize("kind", [CallKind.GROUP, CallKind.QUEUE])
async def test_who_did_not_answer_was_answered_elsewhere(
    pbx: SimulatedPbx, log: CallLog, kind: CallKind
) -> None:
    await pbx.start_call(plan(kind))

    call = await log.one_ended()

    assert {leg.extension: leg.outcome for leg in call.legs} == {
        "101": LegOutcome.ANSWERED_ELSEWHERE,
        "102": LegOutcome.ANSWERED,
        "103": LegOutcome.ANSWERED_ELSEWHERE,
    }


async def test_a_queue_is_named_with_the_way_it_was_left(pbx: SimulatedPbx, log: CallLog) -> None:
    await pbx.start_call(plan(CallKind.QUEUE_TIMEOUT))

    call = await log.one_ended()

    assert [(visit.name, visit.outcome) for visit in call.queues] == [("sales", "timeout")]


async def test_a_withheld_number_is_no_number(pbx: SimulatedPbx, log: CallLog) -> None:
    await pbx.start_call(plan(CallKind.WITHHELD))

    call = await log.one_ended()

    assert call.is_withheld


async def test_a_click_to_call_is_an_outbound_call_of_the_agent(
    pbx: SimulatedPbx, log: CallLog
) -> None:
    assert pbx.originate({"Channel": "PJSIP/102", "Exten": "89165550101", "ActionID": "9"})

    call = await log.one_ended()

    assert (call.direction, call.result) == ("outbound", "answered")
    assert (call.placed_by, call.raw_number) == ("102", "89165550101")


def test_the_same_seed_draws_the_same_calls() -> None:
    callers = [Caller(f"+7916555{number:04d}") for number in range(50)]

    def draw(seed: int) -> list[CallPlan]:
        planner = Planner(callers, seed=seed)
        return [planner.plan(kind, PHONES) for kind in CallKind for _ in range(5)]

    assert draw(5) == draw(5)
    assert draw(5) != draw(6)


def test_a_phone_that_is_asked_for_always_rings() -> None:
    phones = [Phone(str(number), "", ("sales",)) for number in range(101, 120)]
    planner = Planner([Caller("1")], seed=1)

    for kind in (CallKind.GROUP, CallKind.QUEUE, CallKind.DIRECT, CallKind.UNANSWERED):
        assert "115" in planner.plan(kind, phones, at=phones[14]).extensions
