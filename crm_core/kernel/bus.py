"""In-process event bus: one bounded queue and one worker per subscriber.

A slow or failing subscriber never delays the others, and each subscriber sees events in the
order they were published. Only views that can be drawn afresh may subscribe here; what must
never be lost is written with its row and read from the outbox.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from crm_core.kernel.events import Event

logger = logging.getLogger(__name__)

E = TypeVar("E", bound=Event)
Handler = Callable[[E], Awaitable[None]]

QUEUE_LIMIT = 10_000


@dataclass(slots=True)
class _Subscription:
    event_types: tuple[type[Event], ...]
    handler: Handler[Any]
    on_overflow: Callable[[], Awaitable[None]] | None
    queue: asyncio.Queue[Event] = field(default_factory=lambda: asyncio.Queue(QUEUE_LIMIT))
    is_behind: bool = False

    @property
    def name(self) -> str:
        return self.handler.__qualname__

    def offer(self, event: Event) -> None:
        if not self.queue.full():
            self.queue.put_nowait(event)
        elif not self.is_behind:
            self.is_behind = True  # said once; the view is drawn afresh when it has caught up
            logger.warning("subscriber %s fell behind and will be drawn afresh", self.name)


class EventBus:
    """Publish frozen events to the handlers that subscribed to their type."""

    def __init__(self) -> None:
        self._subscriptions: list[_Subscription] = []

    def subscribe(
        self,
        *event_types: type[E],
        handler: Handler[E],
        on_overflow: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Register `handler` for these types, subclasses included; call before `run`.

        `on_overflow` draws the view afresh after events were passed over.
        """
        self._subscriptions.append(_Subscription(event_types, handler, on_overflow))

    def publish(self, event: Event) -> None:
        """Hand `event` to every subscriber without waiting for any of them."""
        for subscription in self._subscriptions:
            if isinstance(event, subscription.event_types):
                subscription.offer(event)

    async def run(self) -> None:
        """Deliver events until cancelled."""
        async with asyncio.TaskGroup() as workers:
            for subscription in self._subscriptions:
                workers.create_task(_deliver(subscription), name=subscription.name)

    async def join(self) -> None:
        """Wait until everything published so far was handled. For tests and shutdown."""
        for subscription in self._subscriptions:
            await subscription.queue.join()


async def _deliver(subscription: _Subscription) -> None:
    while True:
        event = await subscription.queue.get()
        try:
            await subscription.handler(event)
            if subscription.is_behind and subscription.queue.empty():
                subscription.is_behind = False
                if subscription.on_overflow:
                    await subscription.on_overflow()
        except Exception:  # one bad handler must not stop the phones
            logger.exception("handler failed: %s on %r", subscription.name, event)
        finally:
            subscription.queue.task_done()
