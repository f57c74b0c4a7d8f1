"""Who sits at which phone, whose calls show no card, what queues ask: in memory, for the ring."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import select

from crm_core.access.office import get_office
from crm_core.access.tables import Extension, User
from crm_core.access.working_hours import WorkingHours, next_opening, read_working_hours
from crm_core.calls.card import Viewer
from crm_core.calls.ignored_numbers import list_ignored, matches
from crm_core.calls.tables import IgnoredNumber, QueueSetting
from crm_core.kernel.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """What the screens and the call log need to know of a user."""

    user_id: UUID
    name: str
    team_id: UUID | None
    language: str
    time_zone: str
    is_active: bool


class AgentDirectory:
    """Answers at once; as fresh as the last `reload`."""

    def __init__(self) -> None:
        self._agents: dict[UUID, Agent] = {}
        self._seats: dict[tuple[str, str], UUID] = {}
        self._cardless: tuple[IgnoredNumber, ...] = ()
        self._blocked: tuple[IgnoredNumber, ...] = ()
        self._office = ("ru", "Europe/Moscow")
        self._hours: WorkingHours | None = None
        self._queues: dict[tuple[str, str], QueueSetting] = {}
        self._taken: tuple[tuple[UUID, str, str], ...] = ()
        self.service_seconds = 20
        """Within how many a queue should answer that says nothing of its own."""

    async def reload(self, database: Database) -> bool:
        """Read users and extensions; returns whether anything differs from before."""
        async with database.read() as session:
            users = (await session.exec(select(User))).all()
            extensions = (await session.exec(select(Extension))).all()
            ignored = await list_ignored(session)
            office = await get_office(session)
            queues = (await session.exec(select(QueueSetting))).all()
        agents = {
            user.id: Agent(
                user_id=user.id,
                name=user.name,
                team_id=user.team_id,
                language=user.language,
                time_zone=user.time_zone,
                is_active=user.is_active,
            )
            for user in users
        }
        seats = {(row.pbx, row.extension): row.user_id for row in extensions}
        active = {user.id for user in users if user.is_active}
        self._taken = tuple(
            (user_id, *seat) for seat, user_id in sorted(seats.items()) if user_id in active
        )
        self._office = (office.language, office.time_zone)
        self.service_seconds = office.service_level_seconds
        self._hours = read_working_hours(office.working_hours)
        self._queues = {(queue.pbx, queue.name): queue for queue in queues}
        self._cardless = tuple(row for row in ignored if row.shows_no_card)
        self._blocked = tuple(row for row in ignored if row.is_blocked)
        is_changed = (agents, seats) != (self._agents, self._seats)
        self._agents, self._seats = agents, seats
        return is_changed

    def user_at(self, pbx: str, extension: str) -> UUID | None:
        """Return who sits at a phone; people who have left sit nowhere."""
        user_id = self._seats.get((pbx, extension))
        agent = self._agents.get(user_id) if user_id else None
        return user_id if agent and agent.is_active else None

    def extensions_of(self, user_id: UUID) -> list[tuple[str, str]]:
        """Return the phones of a user as (pbx, extension)."""
        return sorted(seat for seat, owner in self._seats.items() if owner == user_id)

    def taken_seats(self) -> tuple[tuple[UUID, str, str], ...]:
        """Return who sits where, as (user, pbx, extension); nobody who has left."""
        return self._taken

    def is_open(self, pbx: str, queue: str | None, at: datetime) -> bool:
        """Whether a queue is answered at a moment: by its own hours, else by the office's."""
        setting = self._queues.get((pbx, queue)) if queue else None
        own = read_working_hours(setting.working_hours) if setting else None
        return next_opening(at, [own or self._hours], self._office[1]) == at

    def wrap_up_seconds(self, pbx: str, queue: str) -> int:
        """Return how long one has to write up a talk from this queue."""
        told = self._queues.get((pbx, queue))
        return (told.wrap_up_seconds or 0) if told else 0

    def own_service_seconds(self) -> dict[tuple[str, str], int]:
        """Return the queues, as (pbx, name), that should answer within a time of their own."""
        return {
            place: queue.service_level_seconds
            for place, queue in self._queues.items()
            if queue.service_level_seconds
        }

    def shows_no_card(self, number: str | None) -> bool:
        """Whether calls of this number are to be left alone by the screens."""
        return any(matches(row, number) for row in self._cardless)

    def is_blocked(self, number: str | None) -> bool:
        """Whether the PBX is to refuse calls of this number."""
        return any(matches(row, number) for row in self._blocked)

    @property
    def time_zone(self) -> str:
        """The office's."""
        return self._office[1]

    def name_of(self, user_id: UUID | None) -> str | None:
        """Return how a user is called."""
        agent = self._agents.get(user_id) if user_id else None
        return agent.name if agent else None

    def team_of(self, user_id: UUID | None) -> UUID | None:
        """Return the team of a user."""
        agent = self._agents.get(user_id) if user_id else None
        return agent.team_id if agent else None

    def viewer(self, user_id: UUID) -> Viewer:
        """Return in which language and time zone a user looks at a card."""
        agent = self._agents.get(user_id)
        language, time_zone = (agent.language, agent.time_zone) if agent else self._office
        return Viewer(user_id=user_id, language=language, time_zone=time_zone)

    def user_ids(self) -> list[UUID]:
        """Return everybody who may have a screen open."""
        return [agent.user_id for agent in self._agents.values() if agent.is_active]
