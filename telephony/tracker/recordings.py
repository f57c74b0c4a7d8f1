"""Recordings: which files a call is written to.

The full path stands only in a channel variable, which a PBX tells with the right `dialplan`.
Without it there is only the word that a channel is recorded; the file is found by its ids.
"""

from telephony.ami_event import AmiEvent
from telephony.tracker.model import Channel, RecordingState
from telephony.tracker.names import text
from telephony.tracker.switchboard import Switchboard

PATH_LIMIT = 1_000
PATH_VARIABLE = "MIXMONITOR_FILENAME"


def on_varset(board: Switchboard, ami: AmiEvent) -> None:
    """A channel's recording has a name."""
    channel = board.known(ami)
    path = text(ami.get("Value"), PATH_LIMIT)
    if channel is None or ami.get("Variable") != PATH_VARIABLE or path is None:
        return
    known = channel.call.recordings
    if any(recording.path == path for recording in known):
        return
    nameless = [one for one in known if one.channel is channel and one.path is None]
    if nameless:
        nameless[0].path = path
        board.note(channel.call)
    else:
        _add(board, channel, path)


def on_start(board: Switchboard, ami: AmiEvent) -> None:
    """A channel is recorded. The name was told just before, or never will be."""
    channel = board.known(ami)
    if channel is None:
        return
    if not any(recording.channel is channel for recording in channel.call.recordings):
        _add(board, channel, None)


def _add(board: Switchboard, channel: Channel, path: str | None) -> None:
    channel.call.recordings.append(RecordingState(channel, board.now, path))
    board.note(channel.call)


HANDLERS = {"VarSet": on_varset, "MixMonitorStart": on_start}
