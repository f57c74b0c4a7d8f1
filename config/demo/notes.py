"""What the demo's colleagues write down during a call before they pass it on."""

import random

from config.app import Allo
from crm_core.access.tables import User
from crm_core.access.users import person_of
from crm_core.calls.agent_words import CallDesk
from crm_core.calls.live_log import LiveLog
from crm_core.kernel.errors import CrmError

NOTES = (
    "Просит счёт на двадцать кресел, размеры уже обсудили. Ждёт скидку за опт.",
    "Не пришёл курьер с образцами тканей. Заказ оплачен, ждёт сегодня до шести.",
    "Хочет сменить цвет обивки в заказе, который ещё не в работе.",
)


class NoteTaker:
    """Writes as the person at a phone would: by the call's desk, within their rights."""

    def __init__(self, allo: Allo, seed: int) -> None:
        self._allo = allo
        self._chance = random.Random(seed)  # noqa: S311

    async def write(self, extension: str) -> None:
        """Note what the one at this extension talks about now, if they talk at all."""
        allo = self._allo
        user_id = next(
            (one for pbx in allo.regions if (one := allo.directory.user_at(pbx, extension))), None
        )
        calls = allo.screen_pop.snapshot(user_id) if user_id else []
        talking = next((call for call in calls if call.extension is None), None)
        if talking is None:
            return
        live = LiveLog(allo.screen_pop.live_call, allo.directory, allo.regions)
        try:
            async with allo.database.write() as unit:
                user = await unit.session.get(User, user_id)
                if user is not None:
                    desk = CallDesk(unit, person_of(user), allo.rights, live)
                    await desk.write_note(talking.id, self._chance.choice(NOTES))
        except CrmError:
            return  # the call has just ended: nothing to write on
