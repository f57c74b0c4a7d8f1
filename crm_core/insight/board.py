"""The live board: the floor of this moment and the figures of today, for whoever may see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from crm_core.access.permissions import Person, Rights, Scope
from crm_core.access.tables import User
from crm_core.access.users import person_of
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.agents.state import is_ours
from crm_core.calls.call_view import ClientRef, read_other_side
from crm_core.calls.greeting import day_start
from crm_core.calls.tables import Call
from crm_core.insight.board_view import (
    BoardAgent,
    BoardCall,
    BoardLink,
    BoardQueue,
    BoardView,
    ServiceLevel,
)
from crm_core.insight.day_figures import DayFigures, QueueFigures, ServiceTimes, count_day
from crm_core.insight.floor import Floor, Seat
from crm_core.kernel.call_facts import CallSnapshot
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.errors import Forbidden
from crm_core.records.client_view import Named
from crm_core.sales.links import names_of_clients

ABSENT = UUID(int=0)
FRESH_SECONDS = 30.0  # figures are counted anew at least so often: a day ends, a gap closes
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Counted:
    figures: DayFigures
    at: datetime
    ended: int
    day_from: datetime
    service: ServiceTimes


class LiveBoard:
    """Draws the board for a person; figures are counted once for all who see the same."""

    def __init__(
        self,
        database: Database,
        rights: Rights,
        directory: AgentDirectory,
        floor: Floor,
        regions: Mapping[str, str],
    ) -> None:
        self._database = database
        self._rights = rights
        self._directory = directory
        self._regions = regions
        self.floor = floor
        self._counted: dict[Key, _Counted] = {}

    def key_of(self, person: Person) -> Key | None:
        """People with the same key see the same board; None: they may see none."""
        scope = self._rights.scope_of(person, "read", "board")
        if scope is None:
            return None
        whose = {"own": person.user_id, "team": person.team_id, "all": ""}[scope]
        return scope, str(whose), person.time_zone

    async def people(self, user_ids: Iterable[UUID]) -> list[Person]:
        """Those who watch, as they are now: roles change while a board is open."""
        query = select(User).where(col(User.id).in_(list(user_ids)), col(User.is_active))
        async with self._database.read() as session:
            return [person_of(user) for user in (await session.exec(query)).all()]

    async def draw(self, person: Person) -> BoardView:
        """Draw it; raises `Forbidden` for who may not see it."""
        key = self.key_of(person)
        scope = self._rights.scope_of(person, "read", "board")
        if key is None or scope is None:
            raise Forbidden("your role does not allow to read the board")
        now = utc_now()
        day_from = day_start(now, person.time_zone)
        figures = await self._figures(key, person, now, day_from)
        seats = [seat for seat in self.floor.seats(now) if self._sees(person, scope, seat.user_id)]
        calls = [call for call in self.floor.calls if self._sees_call(person, scope, call)]
        return BoardView(
            at=now,
            day_from=day_from,
            scope=scope,
            answered=figures.answered,
            missed=figures.missed,
            queues=tuple(self._queues(figures, scope, seats)),
            agents=tuple(self._agent(seat) for seat in seats),
            calls=tuple(await self._calls(person, calls)),
            links=tuple(
                BoardLink(pbx=link.pbx, is_up=link.is_up, since=link.at)
                for link in self.floor.links.values()
            ),
            gaps=tuple(figures.gaps),
            pop=figures.pop,
        )

    def colleagues(self) -> list[tuple[str, Seat]]:
        """Everybody with a phone, by name, and what their line does: no calls, no clients."""
        seats = list(self.floor.seats(utc_now()))
        named = [(self._directory.name_of(seat.user_id) or seat.extension, seat) for seat in seats]
        return sorted(named, key=lambda one: (one[0].casefold(), one[1].pbx, one[1].extension))

    async def _figures(
        self, key: Key, person: Person, now: datetime, day_from: datetime
    ) -> DayFigures:
        known, ended, service = self._counted.get(key), self.floor.ended, self._service()
        if (
            known is not None
            and known.ended == ended
            and (known.day_from, known.service) == (day_from, service)
            and (now - known.at).total_seconds() < FRESH_SECONDS
        ):
            return known.figures
        async with self._database.read() as session:
            figures = await count_day(session, person, self._rights, day_from, service)
        # A call that has just ended may not be in the log: then the next drawing counts again.
        settled = ended if known is not None and known.ended == ended else -1
        self._counted[key] = _Counted(figures, now, settled, day_from, service)
        return figures

    def _sees(self, person: Person, scope: Scope, user_id: UUID) -> bool:
        if scope == "all" or user_id == person.user_id:
            return True
        return scope == "team" and self._directory.team_of(user_id) == person.team_id

    def _sees_call(self, person: Person, scope: Scope, call: CallSnapshot) -> bool:
        """Everything, or what one's own people have a part in."""
        users = self.floor.users_in(call)
        return scope == "all" or any(self._sees(person, scope, user_id) for user_id in users)

    def _queues(
        self, figures: DayFigures, scope: Scope, seats: Iterable[Seat]
    ) -> Iterable[BoardQueue]:
        """Every queue; below "all" those alone that one's own people answer."""
        own = {(seat.pbx, queue) for seat in seats for queue in seat.queues}
        for pbx, name in sorted(self.floor.queue_names()):
            if scope != "all" and (pbx, name) not in own:
                continue
            waiting = self.floor.waiting(pbx, name)
            members = self.floor.members_of(pbx, name)
            day = figures.by_queue.get(name, QueueFigures())
            yield BoardQueue(
                pbx=pbx,
                name=name,
                waiting=len(waiting),
                longest_since=waiting[0] if waiting else None,
                answered=day.answered,
                abandoned=day.abandoned,
                service=ServiceLevel(
                    seconds=self._service().of(pbx, name), within=day.within, offered=day.offered
                ),
                members_ready=sum(one.is_reachable and not one.is_paused for one in members),
                members_paused=sum(one.is_paused and not is_ours(one) for one in members),
            )

    def _service(self) -> ServiceTimes:
        return ServiceTimes(self._directory.service_seconds, self._directory.own_service_seconds())

    def _agent(self, seat: Seat) -> BoardAgent:
        return BoardAgent(
            user_id=seat.user_id,
            name=self._directory.name_of(seat.user_id) or seat.extension,
            extension=seat.extension,
            state=seat.state,
            since=seat.since,
            pause_reason=seat.pause_reason,
            call_id=seat.call_id,
            queues=seat.queues,
        )

    async def _calls(self, person: Person, calls: Sequence[CallSnapshot]) -> list[BoardCall]:
        """Live calls with their clients, of whom one learns no more than anywhere else."""
        if not calls:
            return []
        ids = [call.call_id for call in calls]
        async with self._database.read() as session:
            query = select(Call.id, Call.client_id).where(col(Call.id).in_(ids))
            clients = dict((await session.exec(query)).all())
            names = await names_of_clients(session, person, self._rights, clients.values())
        return [self._call(call, names.get(clients.get(call.call_id) or ABSENT)) for call in calls]

    def _call(self, call: CallSnapshot, client: Named | None) -> BoardCall:
        phone = read_other_side(call, self._regions.get(call.pbx, "RU"))
        names = (self._directory.name_of(user_id) for user_id in self.floor.users_in(call))
        return BoardCall(
            id=call.call_id,
            pbx=call.pbx,
            direction=call.direction,
            status=call.status,
            number=phone.number,
            is_withheld=phone.is_withheld,
            client=ClientRef(id=client.id, name=client.name) if client else None,
            queue=call.queue,
            agents=tuple(name for name in names if name),
            started_at=call.started_at,
            answered_at=call.answered_at,
        )
