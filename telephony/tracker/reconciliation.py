"""After a gap: what Asterisk lists against what is remembered.

Marks on the tape (frames of our own) say when the link was lost and came back, and whether the
PBX was started anew. The list of channels then tells what lives: calls that are not in it ended
while nobody listened, calls that are only in it began so. A call may also end in the moment between
the login and the list: then its Hangup is all that is heard of it. All are marked `is_recovered`.
"""

import re
from datetime import datetime, timedelta

from telephony.ami_event import AmiEvent
from telephony.tracker import channels, listed_calls, queues
from telephony.tracker.model import CallState, Channel
from telephony.tracker.names import NAME_LIMIT, TrackerSettings, text
from telephony.tracker.switchboard import Switchboard

LIST_LIMIT = 100_000


def on_link_down(board: Switchboard, ami: AmiEvent) -> None:
    """Nothing was heard from here on, or from the moment that the mark names."""
    try:
        since = datetime.fromisoformat(ami.get("From", ""))
        lost_at = min(since, board.now)  # raises for a time without a zone
    except (ValueError, TypeError):
        lost_at = board.now
    if board.link_lost_at is None:
        board.link_lost_at = lost_at
    take_last_words(board)


def on_link_up(board: Switchboard, ami: AmiEvent) -> None:
    """The link is back; the lists follow. Whatever lived through the gap may be told in part."""
    if board.link_lost_at is not None:
        for call in board.living():
            call.is_recovered = True
    board.listing.clear()
    board.queue_listing.clear()
    board.is_reconciling = True
    board.list_awaited_since, board.list_awaited_from = board.now, board.position


def on_boot(board: Switchboard, ami: AmiEvent) -> None:
    """Which start of Asterisk this is; another one than before means that every call is over."""
    boot = ami.get("Boot", "")
    if board.boot is not None and boot != board.boot:
        for call in list(board.living()):
            _lose(board, call, list(call.live), board.link_lost_at or board.now)
    board.boot = boot


def on_settings(board: Switchboard, ami: AmiEvent) -> None:
    """What is ours may have been edited."""
    pattern = ami.get("ExtensionPattern") or board.settings.extension_pattern
    trunks = tuple(part for part in ami.get("Trunks", "").split(",") if part)
    try:
        re.compile(pattern)
    except re.error:
        return
    board.use(TrackerSettings(board.settings.pbx, pattern, trunks))


def on_channel_listed(board: Switchboard, ami: AmiEvent) -> None:
    """One line of the list; read when the list is complete."""
    uniqueid = ami.get("Uniqueid")
    if not board.listing:
        board.listed_from = board.position
    if uniqueid and len(board.listing) < LIST_LIMIT:
        board.listing[uniqueid] = ami


def on_status_listed(board: Switchboard, ami: AmiEvent) -> None:
    """The same list in the words of `Status`, which a user with few rights may ask for too."""
    line = dict(ami)
    line["ApplicationData"] = ami.get("Data", "")
    line["BridgeId"] = ami.get("BridgeID", "")
    seconds = ami.get("Seconds", "")
    line["Duration"] = f"0:00:{seconds}" if seconds.isascii() and seconds.isdigit() else ""
    on_channel_listed(board, line)


def on_list_complete(board: Switchboard, ami: AmiEvent) -> None:
    """Compare the whole list with what is remembered."""
    listed = dict(board.listing)
    board.listing.clear()
    count = ami.get("ListItems") or ami.get("Items") or str(len(listed))
    is_whole = count == str(len(listed))
    if is_whole:
        _end_unlisted(board, listed)
    listed_calls.take_lines(board, listed)
    board.link_lost_at = None


def take_last_words(board: Switchboard) -> None:
    """No list will come: tell at least of the calls that were heard to end meanwhile."""
    listed_calls.take_lines(board, {})


def _end_unlisted(board: Switchboard, listed: dict[str, AmiEvent]) -> None:
    lost_at = board.link_lost_at
    for call in list(board.living()):
        missing = [channel for channel in call.live if channel.uniqueid not in listed]
        if missing:
            _lose(board, call, missing, lost_at)


def _lose(board: Switchboard, call: CallState, missing: list[Channel], at: datetime | None) -> None:
    """Channels that went while nobody listened: the last moment that we know of is the link's."""
    if at is not None:
        call.is_recovered = call.was_lost = True
    for channel in missing:
        end = at if at is not None and at >= channel.seen_at else board.now
        channels.gone(board, channel, end)
    board.touch(call)


def on_queue_entry(board: Switchboard, ami: AmiEvent) -> None:
    """A caller who waits in a queue, with the time that he has waited."""
    uniqueid = ami.get("Uniqueid")
    if uniqueid and len(board.queue_listing) < LIST_LIMIT:
        board.queue_listing[uniqueid] = ami


def on_queues_complete(board: Switchboard, ami: AmiEvent) -> None:
    """Open the visits that are listed, close those that are not."""
    entries = dict(board.queue_listing)
    board.queue_listing.clear()
    if not board.is_reconciling:
        return
    board.is_reconciling = False
    for call in board.living():
        visit = call.open_visit
        if visit is not None and visit.channel.uniqueid not in entries:
            visit.left_at = board.now
            board.touch(call)
    for uniqueid, entry in entries.items():
        channel, name = board.channels.get(uniqueid), text(entry.get("Queue"), NAME_LIMIT)
        if channel is None or channel.gone_at is not None or name is None:
            continue
        is_new = channel.call.open_visit is None
        visit = queues.begin_visit(board, channel, name)
        if is_new or channel.call.is_recovered:
            waited = timedelta(seconds=min(86_400, channels.small_number(entry.get("Wait"))))
            visit.entered_at = max(board.now - waited, channel.call.started_at)


HANDLERS = {
    "AlloLinkDown": on_link_down,
    "AlloLinkUp": on_link_up,
    "AlloBoot": on_boot,
    "AlloSettings": on_settings,
    "CoreShowChannel": on_channel_listed,
    "CoreShowChannelsComplete": on_list_complete,
    "Status": on_status_listed,
    "StatusComplete": on_list_complete,
    "QueueEntry": on_queue_entry,
    "QueueStatusComplete": on_queues_complete,
}
