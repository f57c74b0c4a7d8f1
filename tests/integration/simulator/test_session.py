import pytest

from telephony.simulator.pbx import SimulatedPbx
from telephony.simulator.plans import Caller, CallKind, CallPlan
from tests.integration.simulator.conftest import Listener

CALLER = Caller("+79165550101", "Анна")


def direct(*, ring_seconds: float = 8, talk_seconds: float = 30) -> CallPlan:
    return CallPlan(
        kind=CallKind.DIRECT,
        caller=CALLER,
        extensions=("101",),
        answered_by="101",
        ring_seconds=ring_seconds,
        talk_seconds=talk_seconds,
    )


async def test_a_wrong_secret_is_refused_and_the_door_shut(stranger: Listener) -> None:
    answer = await stranger.ask(Action="Login", Username="demo", Secret="loud")

    assert (answer["Response"], answer["Message"]) == ("Error", "Authentication failed")
    assert await stranger.reader.read() == b""


async def test_who_has_not_logged_in_hears_nothing(pbx: SimulatedPbx, stranger: Listener) -> None:
    await pbx.start_call(direct())

    assert (await stranger.ask(Action="Ping"))["Message"] == "Permission denied"


async def test_the_list_of_channels_agrees_with_what_was_told(
    pbx: SimulatedPbx, listener: Listener
) -> None:
    call = pbx.start_call(direct(talk_seconds=10_000))
    told = await listener.until("BridgeEnter") + await listener.until("BridgeEnter")

    await listener.ask(Action="CoreShowChannels")
    *channels, end = await listener.until("CoreShowChannelsComplete")

    call.cancel()
    begun = [event for event in told if event.get("Event") == "Newchannel"]
    assert {channel["Uniqueid"] for channel in channels} == {
        channel["Uniqueid"] for channel in begun
    }
    assert {channel["ChannelStateDesc"] for channel in channels} == {"Up"}
    assert len({channel["BridgeId"] for channel in channels}) == 1
    assert end["ListItems"] == "2"


async def test_after_a_call_no_channel_is_left(pbx: SimulatedPbx, listener: Listener) -> None:
    await pbx.start_call(direct())

    await listener.ask(Action="CoreShowChannels")
    (end,) = await listener.until("CoreShowChannelsComplete")
    assert end["ListItems"] == "0"
    assert pbx.board.is_free("101")


async def test_a_user_with_few_rights_lists_channels_by_status(
    pbx: SimulatedPbx, listener: Listener
) -> None:
    call = pbx.start_call(direct(ring_seconds=10_000))
    await listener.until("DialState")

    await listener.ask(Action="Status")
    *channels, _end = await listener.until("StatusComplete")

    call.cancel()
    assert {channel["CallerIDNum"] for channel in channels} == {"+79165550101", "101"}


async def test_queues_are_listed_with_their_members(listener: Listener) -> None:
    await listener.ask(Action="QueueStatus")
    params, *members, _end = await listener.until("QueueStatusComplete")

    assert params["Queue"] == "sales"
    assert [member["Location"] for member in members] == ["PJSIP/101", "PJSIP/102", "PJSIP/103"]


@pytest.mark.parametrize("action", ["Command", "UpdateConfig", "Bzzz"])
async def test_what_an_ordinary_user_may_not_ask_is_denied(listener: Listener, action: str) -> None:
    assert (await listener.ask(Action=action))["Message"] == "Permission denied"


async def test_a_click_to_call_rings_the_agent_then_the_client(listener: Listener) -> None:
    answer = await listener.ask(
        Action="Originate", Channel="PJSIP/101", Exten="79165550101", Context="agents", Async="true"
    )
    told = await listener.until("BridgeEnter")

    first_dial = next(event for event in told if event.get("Event") == "DialBegin")
    response = next(event for event in told if event.get("Event") == "OriginateResponse")
    assert answer["Response"] == "Success"
    assert "Channel" not in first_dial
    assert (response["Reason"], response["ActionID"]) == ("4", "7")


async def test_a_click_to_call_of_nobodys_phone_is_refused(listener: Listener) -> None:
    answer = await listener.ask(Action="Originate", Channel="PJSIP/999", Exten="1")

    assert answer["Response"] == "Error"


async def test_a_listener_that_reads_nothing_does_not_hold_up_the_calls(
    pbx: SimulatedPbx, listener: Listener
) -> None:
    listener.reader._transport.pause_reading()  # type: ignore[attr-defined]
    for _ in range(100):
        await pbx.start_call(direct(ring_seconds=0, talk_seconds=0))

    assert pbx.board.is_free("101")


async def test_a_phone_is_paused_with_its_reason_and_free_again(
    pbx: SimulatedPbx, listener: Listener
) -> None:
    phone = {"Action": "QueuePause", "Interface": "PJSIP/102"}
    await listener.ask(**phone, Paused="true", Reason="lunch")
    await listener.ask(Action="QueueStatus")
    _params, *members, _end = await listener.until("QueueStatusComplete")

    assert [(one["Paused"], one["PausedReason"]) for one in members] == [
        ("0", ""),
        ("1", "lunch"),
        ("0", ""),
    ]
    assert pbx.board.is_paused("102")
    assert (await listener.ask(**phone, Paused="false"))["Response"] == "Success"
    assert not pbx.board.is_paused("102")
    nobody = await listener.ask(Action="QueuePause", Interface="PJSIP/999", Paused="true")
    assert nobody["Message"] == "Interface not found"
