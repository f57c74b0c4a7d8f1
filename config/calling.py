"""Wiring of the calls that people place and handle: the core's rules before telephony's link."""

from config.links import LinkDesk
from crm_core.access.permissions import Rights
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.live_log import LiveLog
from crm_core.calls.orders.call_handling import CallHandling
from crm_core.calls.orders.desk import OrderDesk
from crm_core.calls.orders.watch import OrderWatch
from crm_core.kernel.bus import EventBus
from crm_core.kernel.database import Database
from crm_core.kernel.events import CallEvent, CallsReplaced, LinkChanged, OrderedPhoneRang
from telephony.call_control import LinkControl
from web.keys import CallingParts
from web.push.hub import PushHub


def watch_orders(bus: EventBus, database: Database, hub: PushHub) -> OrderWatch:
    """Who hears what became of clicks."""
    watch = OrderWatch(database, hub)
    kinds = (CallEvent, CallsReplaced, LinkChanged, OrderedPhoneRang)
    bus.subscribe(*kinds, handler=watch.on_event)
    return watch


def calling_parts(
    desk: LinkDesk,
    directory: AgentDirectory,
    live: LiveLog,
    watch: OrderWatch,
    rights: Rights,
) -> CallingParts:
    """Who places calls, and who handles those that go on."""
    orders = OrderDesk(directory, LinkControl(desk.link), desk, watch)
    return CallingParts(orders=orders, handling=CallHandling(directory, rights, live, orders))
