"""Trying a PBX: every way in which it can go wrong has a name of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from crm_core.calls.control import PbxRefused, PbxUnreachable
from crm_core.calls.pbx.report import PbxReport
from telephony import ami_conversation
from telephony.ami_event import AmiEvent
from telephony.pbx_probe import Probe
from tests.fakes.pbx import SECRET, FakePbx, Session, fake_pbx, frame

COMMANDS = ("Login", "Originate", "Redirect", "QueuePause")


def codes(report: PbxReport) -> list[tuple[str, str]]:
    return [(step.verdict, step.code) for step in report.steps]


def lists(event: str, end: str, *items: Mapping[str, str]) -> object:
    """An answer that is a list."""

    async def answer(_pbx: FakePbx, session: Session, action: AmiEvent) -> None:
        session.reply(action, EventList="start", Message="follows")
        for item in items:
            session.write(frame(Event=event, ActionID=action["ActionID"], **item))
        session.write(frame(Event=end, ActionID=action["ActionID"], EventList="Complete"))

    return answer


async def may_do(_pbx: FakePbx, session: Session, action: AmiEvent) -> None:
    session.reply(action, **dict.fromkeys(COMMANDS, "(Priv: <none>)"))


@pytest.fixture
async def pbx() -> AsyncIterator[FakePbx]:
    async with fake_pbx() as pbx:
        pbx.answers["ListCommands"] = may_do
        pbx.denied |= {"CoreSettings", "SIPpeers", "PJSIPShowEndpoints", "DeviceStateList"}
        pbx.denied |= {"ExtensionStateList"}
        yield pbx


def knows_endpoints(pbx: FakePbx) -> None:
    pbx.denied -= {"PJSIPShowEndpoints"}
    pbx.answers["PJSIPShowEndpoints"] = lists(  # type: ignore[assignment]
        "EndpointList",
        "EndpointListComplete",
        {"ObjectName": "provider", "DeviceState": "Not in use"},
        {"ObjectName": "102", "DeviceState": "Unavailable"},
        {"ObjectName": "101", "DeviceState": "Not in use"},
    )

    async def detail(_pbx: FakePbx, session: Session, action: AmiEvent) -> None:
        name = {"101": '"Анна Петрова" <101>', "102": "<unknown>"}[action["Endpoint"]]
        session.reply(action, EventList="start")
        told = {"ActionID": action["ActionID"], "ObjectName": action["Endpoint"]}
        session.write(frame(Event="EndpointDetail", **told, Callerid=name))
        session.write(frame(Event="EndpointDetailComplete", **told, EventList="Complete"))

    pbx.answers["PJSIPShowEndpoint"] = detail


async def test_a_pbx_in_order_is_told_with_its_phones(pbx: FakePbx) -> None:
    knows_endpoints(pbx)

    report = await Probe().examine(pbx.settings(extension_pattern=r"\d{3}"))

    assert codes(report) == [
        ("ok", "reached"),
        ("ok", "let_in"),
        ("ok", "rights_enough"),
        ("ok", "events_arrive"),
        ("ok", "endpoints_found"),
    ]
    assert report.is_well
    assert (report.ami_version, report.version) == ("11.0.0", None)
    assert report.steps[-1].values == ("101", "102")
    told = [(one.name, one.extension, one.title, one.is_registered) for one in report.endpoints]
    assert told == [
        ("101", "101", "Анна Петрова", True),
        ("102", "102", "", False),
        ("provider", None, "", True),
    ]


async def test_with_few_rights_phones_are_known_by_the_states_of_devices(pbx: FakePbx) -> None:
    pbx.denied -= {"DeviceStateList"}
    pbx.answers["DeviceStateList"] = lists(  # type: ignore[assignment]
        "DeviceStateChange",
        "DeviceStateListComplete",
        {"Device": "PJSIP/101", "State": "NOT_INUSE"},
        {"Device": "PJSIP/103", "State": "UNAVAILABLE"},
        {"Device": "Queue:sales", "State": "INUSE"},
        {"Device": "SIP/evil\tname", "State": "INUSE"},
    )
    pbx.denied -= {"ExtensionStateList"}
    pbx.answers["ExtensionStateList"] = lists(  # type: ignore[assignment]
        "ExtensionStatus",
        "ExtensionStateListComplete",
        {"Exten": "105", "Hint": "SIP/105&Custom:DND105", "Status": "4"},
    )
    pbx.answers["QueueStatus"] = lists(  # type: ignore[assignment]
        "QueueMember",
        "QueueStatusComplete",
        {"Name": "Борис", "Location": "Local/103@q", "StateInterface": "PJSIP/103"},
    )

    found = await Probe().endpoints(pbx.settings())

    told = [(one.name, one.title, one.is_registered) for one in found]
    assert told == [("101", "", True), ("103", "Борис", False), ("105", "", False)]


async def test_a_user_who_may_ask_for_no_phones_is_told_so(pbx: FakePbx) -> None:
    report = await Probe().examine(pbx.settings())

    assert codes(report)[-1] == ("warning", "endpoints_hidden")
    with pytest.raises(PbxRefused):
        await Probe().endpoints(pbx.settings())


async def test_a_pattern_that_fits_no_phone_is_told(pbx: FakePbx) -> None:
    knows_endpoints(pbx)

    report = await Probe().examine(pbx.settings(extension_pattern="agent_.*"))

    assert codes(report)[-1] == ("warning", "endpoints_none_ours")


async def test_a_refused_login_is_named_and_the_secret_is_not_repeated(pbx: FakePbx) -> None:
    async def parrot(_pbx: FakePbx, session: Session, action: AmiEvent) -> None:
        session.refuse(action, f"wrong: {action['Secret']}")

    pbx.answers["Login"] = parrot

    report = await Probe().examine(pbx.settings(secret="planted"))

    assert codes(report) == [("ok", "reached"), ("failed", "login_refused")]
    assert not report.is_well
    assert "planted" not in repr(report)


async def test_rights_that_are_missing_or_too_many_are_listed(pbx: FakePbx) -> None:
    async def may_run_commands(_pbx: FakePbx, session: Session, action: AmiEvent) -> None:
        session.reply(action, Originate="", Command="", QueuePause="")

    pbx.answers["ListCommands"] = may_run_commands

    report = await Probe().examine(pbx.settings())

    assert [(step.code, step.values) for step in report.steps if step.step == "rights"] == [
        ("rights_missing", ("call",)),
        ("rights_excessive", ("command",)),
    ]


async def test_a_user_who_hears_no_events_is_told(
    pbx: FakePbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telephony.pbx_probe.EVENT_SECONDS", 0.1)
    pbx.uptime = None

    report = await Probe().examine(pbx.settings())

    assert ("failed", "events_missing") in codes(report)


async def test_a_pbx_that_is_away_a_stranger_and_a_mute_are_told_apart(
    pbx: FakePbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ami_conversation, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(ami_conversation.Conversation.next_message, "__defaults__", (0.3,))
    nowhere = pbx.settings(host="a..b")
    stranger = FakePbx(banner=b"220 mail.example.org ESMTP\r\n")
    await stranger.start()
    pbx.is_silent = True
    probe = Probe()

    told = [
        codes(await probe.examine(settings))
        for settings in (nowhere, stranger.settings(), pbx.settings())
    ]
    await stranger.stop()
    told.append(codes(await probe.examine(stranger.settings())))

    assert told == [
        [("failed", "host_unknown")],
        [("failed", "not_asterisk")],
        [("ok", "reached"), ("failed", "login_unanswered")],
        [("failed", "connection_refused")],
    ]


async def test_endpoints_of_a_pbx_that_is_away_are_an_error_with_a_code(pbx: FakePbx) -> None:
    with pytest.raises(PbxRefused, match="refused the login"):
        await Probe().endpoints(pbx.settings(secret="wrong"))
    await pbx.stop()
    with pytest.raises(PbxUnreachable):
        await Probe().endpoints(pbx.settings())


async def test_the_connection_is_closed_when_the_asker_goes_away(pbx: FakePbx) -> None:
    pbx.is_silent = True
    asking = asyncio.create_task(Probe().examine(pbx.settings()))
    await pbx.login()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)

    await pbx.until(lambda: not pbx.sessions)
    assert SECRET not in repr(pbx.settings())
