"""One program logged in to the simulated PBX: it asks actions, it is told events."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from telephony.ami_event import FRAME_END, AmiEvent, parse_frame

if TYPE_CHECKING:
    from telephony.simulator.pbx import SimulatedPbx

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
UNSENT_LIMIT = 1_000_000  # bytes; Asterisk too lets go of a reader that does not read

Answer = Mapping[str, str]


class AmiSession:
    """The server's side of one AMI connection."""

    def __init__(self, pbx: "SimulatedPbx", writer: asyncio.StreamWriter) -> None:
        self._pbx = pbx
        self._writer = writer
        self.is_logged_in = False
        self._actions: dict[str, Callable[[AmiEvent], None]] = {
            "ping": self._ping,
            "events": self._events,
            "corestatus": self._core_status,
            "coresettings": self._core_settings,
            "coreshowchannels": self._core_show_channels,
            "queuestatus": self._queue_status,
            "queuepause": self._queue_pause,
            "originate": self._originate,
            "hangup": self._hang_up,
            "blindtransfer": self._transfer,
            "getvar": self._get_variable,
            "status": self._status,
            "listcommands": self._list_commands,
            "pjsipshowendpoints": self._show_endpoints,
            "pjsipshowendpoint": self._show_endpoint,
        }

    async def serve(self, reader: asyncio.StreamReader) -> None:
        """Answer until the other side goes or logs off."""
        self._writer.write(BANNER)
        try:
            while not self._writer.is_closing():
                frame = await reader.readuntil(FRAME_END)
                self._act(parse_frame(frame.removesuffix(FRAME_END)))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # the other side went away, or what it says is not AMI
        finally:
            self.close()

    def tell(self, told: Answer) -> None:
        """Send an event to this listener, if it has logged in."""
        if self.is_logged_in:
            self._send(told)

    def close(self) -> None:
        self.is_logged_in = False
        self._writer.close()

    def _act(self, action: AmiEvent) -> None:
        name = action.get("Action", "")
        if name.lower() == "login":
            self._login(action)
        elif name.lower() == "logoff":
            self._answer(action, Response="Goodbye", Message="Thanks for all the fish.")
            self.close()
        elif not self.is_logged_in:
            self._answer(action, Response="Error", Message="Permission denied")
        elif act := self._actions.get(name.lower()):
            act(action)
        else:
            self._answer(action, Response="Error", Message="Permission denied")

    def _login(self, action: AmiEvent) -> None:
        if (action.get("Username"), action.get("Secret")) != (self._pbx.username, self._pbx.secret):
            self._answer(action, Response="Error", Message="Authentication failed")
            self.close()
            return
        self._answer(action, Response="Success", Message="Authentication accepted")
        self.is_logged_in = True
        up = str(int((datetime.now(UTC) - self._pbx.started_at).total_seconds()))
        self._send(
            {
                "Event": "FullyBooted",
                "Privilege": "system,all",
                "Uptime": up,
                "LastReload": up,
                "Status": "Fully Booted",
            }
        )

    def _ping(self, action: AmiEvent) -> None:
        self._answer(action, Response="Success", Ping="Pong", Timestamp=f"{time.time():.6f}")

    def _events(self, action: AmiEvent) -> None:
        is_on = action.get("EventMask", "on").lower() != "off"
        self._answer(action, Response="Success", Events="On" if is_on else "Off")

    def _core_status(self, action: AmiEvent) -> None:
        started = self._pbx.started_at.astimezone()
        calls = {channel.linkedid for channel in self._pbx.board.channels.values()}
        self._answer(
            action,
            Response="Success",
            CoreStartupDate=f"{started:%Y-%m-%d}",
            CoreStartupTime=f"{started:%H:%M:%S}",
            CoreReloadDate=f"{started:%Y-%m-%d}",
            CoreReloadTime=f"{started:%H:%M:%S}",
            CoreCurrentCalls=str(len(calls)),
        )

    def _core_settings(self, action: AmiEvent) -> None:
        self._answer(
            action,
            Response="Success",
            AMIversion="11.0.0",
            AsteriskVersion="22.0.0~simulated",
            SystemName="",
            CoreMaxCalls="0",
            CoreRunUser="asterisk",
            CoreRunGroup="asterisk",
            CoreCDRenabled="Yes",
        )

    def _core_show_channels(self, action: AmiEvent) -> None:
        self._begin_list(action, "Channels will follow")
        channels = list(self._pbx.board.channels.values())
        for channel in channels:
            seconds = int(time.monotonic() - channel.born)
            duration = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
            is_caller = channel.uniqueid == channel.linkedid
            self._item(
                action,
                "CoreShowChannel",
                channel.keys(),
                Application="Dial" if is_caller else "AppDial",
                ApplicationData="" if is_caller else "(Outgoing Line)",
                Duration=duration,
                BridgeId=channel.bridge or "",
            )
        self._end_list(action, "CoreShowChannelsComplete", len(channels))

    def _status(self, action: AmiEvent) -> None:
        """The list that a user with few rights may have instead of CoreShowChannels."""
        self._begin_list(action, "Channel status will follow")
        channels = list(self._pbx.board.channels.values())
        for channel in channels:
            seconds = str(int(time.monotonic() - channel.born))
            keys = channel.keys()
            self._item(action, "Status", keys, BridgeID=channel.bridge or "", Seconds=seconds)
        self._end_list(action, "StatusComplete", len(channels))

    def _list_commands(self, action: AmiEvent) -> None:
        may_ask = ("Login", "Logoff", "QueuePause", "Redirect", "ListCommands")
        names = (*may_ask, *(name.title() for name in self._actions))
        self._answer(action, Response="Success", **dict.fromkeys(names, "(Priv: <none>)"))

    def _show_endpoints(self, action: AmiEvent) -> None:
        self._begin_list(action, "A listing of Endpoints follows")
        phones = self._pbx.board.phones
        for phone in phones.values():
            state = "Not in use" if self._pbx.board.is_free(phone.extension) else "In use"
            self._item(
                action,
                "EndpointList",
                {"ObjectType": "endpoint"},
                ObjectName=phone.extension,
                DeviceState=state,
            )
        self._end_list(action, "EndpointListComplete", len(phones))

    def _show_endpoint(self, action: AmiEvent) -> None:
        phone = self._pbx.board.phones.get(action.get("Endpoint", ""))
        if phone is None:
            self._answer(action, Response="Error", Message="Unable to retrieve endpoint")
            return
        self._begin_list(action, "Following are Events for each object")
        written = f'"{phone.name}" <{phone.extension}>'
        told = {"ObjectType": "endpoint", "ObjectName": phone.extension}
        self._item(action, "EndpointDetail", told, Callerid=written)
        self._end_list(action, "EndpointDetailComplete", 1)

    def _queue_status(self, action: AmiEvent) -> None:
        self._begin_list(action, "Queue status will follow")
        items = 0
        for queue in self._pbx.queues:
            self._item(
                action,
                "QueueParams",
                {},
                Queue=queue,
                Max="0",
                Strategy="ringall",
                Calls="0",
                Holdtime="0",
                TalkTime="0",
                Completed="0",
                Abandoned="0",
                ServiceLevel="20",
            )
            members = list(self._pbx.board.members(queue))
            for phone in members:
                told = self._pbx.board.place(phone, queue)
                told = {"Name" if key == "MemberName" else key: told[key] for key in told}
                told["Location"] = told.pop("Interface")
                self._item(action, "QueueMember", told)
            items += 1 + len(members)
        self._end_list(action, "QueueStatusComplete", items)

    def _queue_pause(self, action: AmiEvent) -> None:
        is_paused = action.get("Paused", "").lower() in ("true", "yes", "1")
        is_known = self._pbx.board.pause(
            action.get("Interface", ""),
            action.get("Queue") or None,
            is_paused=is_paused,
            reason=action.get("Reason", ""),
        )
        if is_known:
            said = "Interface paused" if is_paused else "Interface unpaused"
            self._answer(action, Response="Success", Message=f"{said} successfully")
        else:
            self._answer(action, Response="Error", Message="Interface not found")

    def _originate(self, action: AmiEvent) -> None:
        if self._pbx.originate(action):
            self._answer(action, Response="Success", Message="Originate successfully queued")
        else:
            self._answer(action, Response="Error", Message="Extension does not exist.")

    def _hang_up(self, action: AmiEvent) -> None:
        if self._pbx.end_call(action.get("Channel", "")):
            self._answer(action, Response="Success", Message="Channel Hungup")
        else:
            self._answer(action, Response="Error", Message="No such channel")

    def _transfer(self, action: AmiEvent) -> None:
        if self._pbx.transfer(action.get("Channel", ""), action.get("Exten", "")):
            self._answer(action, Response="Success", Message="Transfer succeeded")
        else:
            self._answer(action, Response="Error", Message="Transfer failed")

    def _get_variable(self, action: AmiEvent) -> None:
        """Of all variables it knows one: where phones dial."""
        variable = action.get("Variable", "")
        value = "agents" if variable.startswith("PJSIP_ENDPOINT(") else ""
        self._answer(action, Response="Success", Variable=variable, Value=value)

    def _begin_list(self, action: AmiEvent, message: str) -> None:
        self._answer(action, Response="Success", EventList="start", Message=message)

    def _item(self, action: AmiEvent, event: str, told: Answer, **keys: str) -> None:
        self._send({"Event": event, **_id_of(action), **told, **keys})

    def _end_list(self, action: AmiEvent, event: str, items: int) -> None:
        self._item(action, event, {}, EventList="Complete", ListItems=str(items))

    def _answer(self, action: AmiEvent, *, Response: str, **keys: str) -> None:  # noqa: N803
        self._send({"Response": Response, **_id_of(action), **keys})

    def _send(self, told: Answer) -> None:
        if self._writer.is_closing():
            return
        lines = "".join(f"{key}: {value}\r\n" for key, value in told.items())
        self._writer.write(f"{lines}\r\n".encode())
        if self._writer.transport.get_write_buffer_size() > UNSENT_LIMIT:
            self._writer.transport.abort()


def _id_of(action: AmiEvent) -> Answer:
    return {"ActionID": action["ActionID"]} if "ActionID" in action else {}
