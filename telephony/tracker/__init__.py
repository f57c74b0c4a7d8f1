"""The call tracker: where telephony knowledge lives. Pure; see `tracker` for the map."""

from telephony.tracker.names import TrackerSettings
from telephony.tracker.tracker import EVENTS_READ, TRACKER_VERSION, CallTracker

__all__ = ["EVENTS_READ", "TRACKER_VERSION", "CallTracker", "TrackerSettings"]
