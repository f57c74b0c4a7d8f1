"""Where the PBX keeps its channels' events, a call is told nearly as if it had been heard."""

import pytest

from crm_core.kernel.call_facts import CallSnapshot
from tests.unit.telephony.call_records.recorded import calls_of, events_of, rows_of
from tests.unit.telephony.tracker.replay import RECORDED, legs_of, replay


def told(stream: str) -> CallSnapshot:
    (call,) = calls_of(rows_of(stream), events_of(stream))
    return call


@pytest.mark.parametrize("stream", RECORDED)
def test_each_speaks_from_his_own_answer_on(stream: str) -> None:
    """Also after a transfer, in a queue, and for one's own click: there records alone err."""
    call, truth = told(stream), replay(stream).call
    assert call.talk_seconds == pytest.approx(truth.talk_seconds, abs=1.0)
    assert call.wait_seconds == pytest.approx(truth.wait_seconds, abs=1.0)
    for leg, heard in zip(call.legs, truth.legs, strict=True):
        assert leg.talk_seconds == pytest.approx(heard.talk_seconds, abs=1.0)


@pytest.mark.parametrize("stream", RECORDED)
def test_who_passed_it_on_and_to_whom(stream: str) -> None:
    call, truth = told(stream), replay(stream).call
    said = [(one.kind, one.by, one.to, one.outcome) for one in call.transfers]
    assert said == [(one.kind, one.by, one.to, one.outcome) for one in truth.transfers]


@pytest.mark.parametrize("stream", RECORDED)
def test_the_number_that_was_dialled_outlives_a_transfer(stream: str) -> None:
    call, truth = told(stream), replay(stream).call
    assert (call.did, call.raw_number) == (truth.did, truth.raw_number)
    assert (call.call_id, call.result, legs_of(call)) == (
        truth.call_id,
        truth.result,
        legs_of(truth),
    )


@pytest.mark.parametrize("extra", ["", "{", "[1]", "null", '{"extension": {"a": 1}}'])
def test_a_transfer_that_tells_nothing_more_is_told_as_that(extra: str) -> None:
    stream = "blind_transfer_feature"
    spoilt = [
        {**row, "extra": extra} if row["eventtype"] == "BLINDTRANSFER" else row
        for row in events_of(stream)
    ]
    (call,) = calls_of(rows_of(stream), spoilt)
    assert [(one.by, one.outcome) for one in call.transfers] == [("101", "completed")]
