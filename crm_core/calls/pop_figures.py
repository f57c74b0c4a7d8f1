"""Proof of pop, counted since the start: cards pushed, painted, withdrawn, and never painted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from crm_core.kernel.figures import Figure, Spread

LATE = timedelta(seconds=5)  # a tab's word that is on its way when the card goes still counts
FOLLOWED = 10_000

# Around the budget: 95 of 100 within 0.3 s, 99 within 0.5 s.
LIMITS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0)


@dataclass(slots=True)
class _Card:
    rang_at: datetime
    gone_at: datetime | None = None


class PopFigures:
    """Follows each card from the ring to the glass, or to its going unseen."""

    def __init__(self) -> None:
        self.pushed = 0
        self.painted = 0
        self.withdrawn = 0
        self.never_painted = 0
        self.took = Spread(LIMITS)
        self._unseen: dict[tuple[UUID, UUID], _Card] = {}

    def on_sent(self, call_id: UUID, user_id: UUID, rang_at: datetime) -> None:
        """A card went out. One person with two phones has one card of a call."""
        self.pushed += 1
        self._unseen[call_id, user_id] = _Card(rang_at)
        if len(self._unseen) > FOLLOWED:  # so long ago that it can no longer matter
            self._unseen.pop(next(iter(self._unseen)))
            self.never_painted += 1

    def on_painted(self, call_id: UUID, user_id: UUID, at: datetime) -> None:
        """A tab says that it stands on the glass: the first of a person's tabs counts."""
        card = self._unseen.pop((call_id, user_id), None)
        if card is not None:
            self.painted += 1
            self.took.add((at - card.rang_at).total_seconds())

    def on_withdrawn(self, call_id: UUID, user_id: UUID, at: datetime) -> None:
        """The phone stopped ringing and its card went."""
        self.withdrawn += 1
        self.on_gone(call_id, user_id, at)

    def on_gone(self, call_id: UUID, user_id: UUID, at: datetime) -> None:
        """The card will not be shown any more: the call was taken, or is over."""
        card = self._unseen.get((call_id, user_id))
        if card is not None and card.gone_at is None:
            card.gone_at = at

    def told(self, now: datetime) -> Sequence[Figure]:
        """All of it as figures."""
        self._settle(now)
        return (
            Figure("allo_cards_pushed", "Cards sent to the screens of a person.", self.pushed),
            Figure("allo_cards_painted", "Cards that stood on a visible page.", self.painted),
            Figure("allo_cards_withdrawn", "Cards taken back from a screen.", self.withdrawn),
            Figure(
                "allo_cards_never_painted", "Cards that went before anyone saw.", self.never_painted
            ),
            Figure("allo_card_ring_to_painted_seconds", "From ring to visible card.", self.took),
        )

    def _settle(self, now: datetime) -> None:
        gone = [
            key for key, card in self._unseen.items() if card.gone_at and now - card.gone_at > LATE
        ]
        for key in gone:
            del self._unseen[key]
        self.never_painted += len(gone)
