"""Whom a PBX knows: its phones and lines, with their names, and which are registered.

A user with few rights may not list endpoints; the states of devices, which it may ask for, name
them as well.
"""

from crm_core.calls.pbx.report import Endpoint
from crm_core.calls.pbx.settings import PbxSettings
from telephony.ami_conversation import Conversation
from telephony.ami_event import AmiEvent
from telephony.tracker.names import Boundary, Kind, TrackerSettings, person_name

NAMES_LIMIT = 200  # so many are asked for their names one by one
NAME_LIMIT = 80
TECHNOLOGIES = ("PJSIP", "SIP", "IAX2", "DAHDI", "SCCP")
GONE = frozenset(("UNAVAILABLE", "INVALID"))
HINT_GONE = "4"
UNKNOWN = frozenset(("UNKNOWN", ""))
NOT_THERE = ("not found", "no endpoints")  # of an empty list


async def list_endpoints(talk: Conversation, settings: PbxSettings) -> list[Endpoint] | None:
    """All that can be learnt, ours first; None when the user may ask nothing of the kind."""
    board = Boundary(
        TrackerSettings(
            pbx=settings.name,
            extension_pattern=settings.extension_pattern,
            trunks=settings.trunks,
        )
    )
    found: dict[str, Endpoint] = {}
    answer, items = await talk.ask_list({"Action": "PJSIPShowEndpoints"})
    may_ask = _is_allowed(answer)
    for item in items:
        _take(found, board, "PJSIP", item.get("ObjectName", ""), item.get("DeviceState", ""))
    names = await _names_of_pjsip(talk, found) if items else {}
    answer, items = await talk.ask_list({"Action": "SIPpeers"})
    may_ask = may_ask or _is_allowed(answer)
    for item in items:
        state = "NOT_INUSE" if item.get("Status", "").startswith("OK") else "UNAVAILABLE"
        _take(found, board, "SIP", item.get("ObjectName", ""), state)
    if not found:
        may_ask = await _take_devices(talk, found, board) or may_ask
    members = await _names_of_members(talk)
    for device in members:
        technology, _, name = device.partition("/")
        if technology in TECHNOLOGIES and device not in found:
            _take(found, board, technology, name, "")
    if not (may_ask or found):
        return None
    names = members | names
    return sorted((_named(one, names) for one in found.values()), key=_order)


async def _take_devices(talk: Conversation, found: dict[str, Endpoint], board: Boundary) -> bool:
    """What the states of devices and the hints of extensions name; whether we may ask for any."""
    answer, items = await talk.ask_list({"Action": "DeviceStateList"})
    devices = [(item.get("Device", ""), item.get("State", "")) for item in items]
    hints, items = await talk.ask_list({"Action": "ExtensionStateList"})
    for item in items:
        state = "UNAVAILABLE" if item.get("Status") == HINT_GONE else "NOT_INUSE"
        devices += [(device, state) for device in item.get("Hint", "").split("&")]
    for device, state in devices:
        technology, _, name = device.partition("/")
        if technology in TECHNOLOGIES and device not in found:
            _take(found, board, technology, name, state)
    return _is_allowed(answer) or _is_allowed(hints)


def _take(
    found: dict[str, Endpoint], board: Boundary, technology: str, name: str, state: str
) -> None:
    if not name or len(name) > NAME_LIMIT or not name.isprintable():
        return
    device = f"{technology}/{name}"
    line = board.line(f"{device}-0")
    state = state.upper().replace(" ", "_")
    found[device] = Endpoint(
        name=name,
        technology=technology,
        extension=line.extension if line.kind is Kind.OURS else None,
        title="",
        is_registered=None if state in UNKNOWN else state not in GONE,
    )


async def _names_of_pjsip(talk: Conversation, found: dict[str, Endpoint]) -> dict[str, str]:
    """How the PBX calls the people at these phones."""
    names = {}
    for device, one in [(device, one) for device, one in found.items() if one.extension][
        :NAMES_LIMIT
    ]:
        action = {"Action": "PJSIPShowEndpoint", "Endpoint": one.name}
        _answer, details = await talk.ask_list(action)
        for detail in details:
            if title := _title(detail.get("Callerid", "")):
                names[device] = title
    return names


async def _names_of_members(talk: Conversation) -> dict[str, str]:
    """Members of queues have names, too."""
    _answer, items = await talk.ask_list({"Action": "QueueStatus"})
    names = {}
    for item in items:
        if item.get("Event") != "QueueMember":
            continue
        device = item.get("StateInterface") or item.get("Location", "")
        title = person_name(item.get("Name")) or ""
        if "/" not in title:
            names[device] = title
    return names


def _title(written: str) -> str:
    """«Anna» of `"Anna" <101>`."""
    title = person_name(written[:200].rpartition("<")[0].strip().strip('"'))
    return title or ""


def _named(one: Endpoint, names: dict[str, str]) -> Endpoint:
    title = names.get(f"{one.technology}/{one.name}", "")
    return Endpoint(
        name=one.name,
        technology=one.technology,
        extension=one.extension,
        title="" if title == one.name else title,
        is_registered=one.is_registered,
    )


def _order(one: Endpoint) -> tuple[bool, int, str, str]:
    return one.extension is None, len(one.name), one.name, one.technology


def _is_allowed(answer: AmiEvent) -> bool:
    """Whether the list is ours to see: an empty one is an error to Asterisk as well."""
    message = answer.get("Message", "").lower()
    return answer.get("Response") == "Success" or any(word in message for word in NOT_THERE)
