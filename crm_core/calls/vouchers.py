"""Vouchers: whose phone rings for a client may read it while it rings, and later if they spoke.

Whoever is asked for advice by a colleague who has the client on the line counts as rung for that
client, as long as both calls go on.
"""

from uuid import UUID

from sqlmodel import col, select

from crm_core.access.permissions import Person, Rights
from crm_core.calls.screen_pop import ScreenPop
from crm_core.calls.tables import Call, CallLeg
from crm_core.kernel.database import Database


class CallVouchers:
    """Says of single clients that a person has to do with them, beyond the reach of the role."""

    def __init__(self, database: Database, screen_pop: ScreenPop) -> None:
        self._database = database
        self._screen_pop = screen_pop

    def register(self, rights: Rights) -> None:
        """Vouch from now on."""
        rights.vouch("client", self.vouch_for_client)

    async def vouch_for_client(self, person: Person, client_id: UUID) -> bool:
        """Tell whether this person's phone rings for the client, or they have spoken."""
        if self._screen_pop.concerns(person.user_id, client_id):
            return True
        spoke = (
            select(CallLeg.id)
            .join(Call, col(Call.id) == col(CallLeg.call_id))
            .where(
                Call.client_id == client_id,
                CallLeg.user_id == person.user_id,
                col(CallLeg.answered_at).is_not(None),
            )
            .limit(1)
        )
        async with self._database.read() as session:
            return (await session.exec(spoke)).first() is not None
