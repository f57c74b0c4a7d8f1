"""The desk of the PBX links: starts, restarts and stops each as its row is changed.

A link is told from its settings alone: where they are as they were, it runs on and notices nothing
of what happens to the others. What is changed goes on from its own tape, so a restart loses no
call.
"""

import asyncio
import logging
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from config.data_directory import prepare_tapes
from config.errors import CannotStart
from config.settings import Settings
from crm_core.calls.agents.directory import AgentDirectory
from crm_core.calls.call_log import CallWriter
from crm_core.calls.control import CallControl
from crm_core.calls.pbx.desk import LinkStanding
from crm_core.calls.pbx.left_links import leave_link
from crm_core.calls.pbx.links import read_links
from crm_core.calls.pbx.phone_check import PhoneCheck
from crm_core.calls.pbx.settings import PbxSettings
from crm_core.calls.recovered_calls import GapBook
from crm_core.kernel.bus import EventBus
from crm_core.kernel.call_facts import LinkGap
from crm_core.kernel.clock import utc_now
from crm_core.kernel.database import Database
from crm_core.kernel.errors import CrmError
from crm_core.kernel.events import CallsReplaced, LinkRemoved
from crm_core.kernel.secret_box import SecretBox
from telephony.call_records.recovery import CallRecovery
from telephony.link import PbxLink, tape_of, tracker_settings
from telephony.pbx_probe import Probe
from telephony.tape import TapeLimits
from telephony.tape_reader import TapeReader
from telephony.tracker import TrackerSettings
from web.keys import PbxParts
from web.readiness import LinkHealth

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHouse:
    """What every link works with."""

    database: Database
    bus: EventBus
    writer: CallWriter
    box: SecretBox
    tapes: Path
    limits: TapeLimits

    @classmethod
    def of(
        cls, settings: Settings, database: Database, bus: EventBus, writer: CallWriter
    ) -> "LinkHouse":
        """What the settings say of it."""
        return cls(
            database=database,
            bus=bus,
            writer=writer,
            box=SecretBox(settings.key_file),
            tapes=settings.tape_directory,
            limits=TapeLimits(keep_days=settings.tape.keep_days),
        )


@dataclass(frozen=True, slots=True)
class _Followed:
    settings: PbxSettings
    link: PbxLink
    work: asyncio.Task[None]


class LinkDesk:
    """Run `run` beside the rest; `follow` returns when the links are those that are wanted."""

    def __init__(
        self, house: LinkHouse, fixed: Sequence[PbxSettings], regions: MutableMapping[str, str]
    ) -> None:
        self.fixed = tuple(fixed)
        self._house = house
        self.box = house.box
        self.has_begun = False  # whether it was tried once to bring up what is wanted
        self._regions = regions  # the look-up's, which reads numbers as somebody there writes them
        self._followed: dict[str, _Followed] = {}
        self._left: set[str] = set()  # until it is written that they were left
        self._asked: list[asyncio.Future[None]] = []
        self._wake = asyncio.Event()

    @property
    def links(self) -> list[PbxLink]:
        """Those that run, by name."""
        return [one.link for _name, one in sorted(self._followed.items())]

    @property
    def followed(self) -> list[PbxSettings]:
        """The settings by which they run."""
        return [one.settings for _name, one in sorted(self._followed.items())]

    def health(self) -> list[LinkHealth]:
        """How each of them is."""
        return [
            LinkHealth(
                pbx=link.name, state=link.state.value, has_tried=link.is_settled, reason=link.reason
            )
            for link in self.links
        ]

    def link(self, name: str) -> PbxLink | None:
        """The one of this name, if it runs."""
        one = self._followed.get(name)
        return one.link if one else None

    def standing(self, name: str) -> LinkStanding | None:
        """How a link stands."""
        link = self.link(name)
        if link is None:
            return None
        return LinkStanding(state=link.state.value, reason=link.reason, since=link.since)

    @property
    def tapes(self) -> Path:
        """Where the tapes of all PBXes lie, also of those that are followed no more."""
        return self._house.tapes

    def tracker_settings(self, name: str) -> TrackerSettings:
        """How a PBX is read: by its link's settings while there is one."""
        one = self._followed.get(name)
        return tracker_settings(one.settings) if one else TrackerSettings(name)

    def has_tape(self, name: str) -> bool:
        """Whether anything was kept of what this PBX said."""
        return tape_of(self._house.tapes, name).exists()

    async def is_any_wanted(self) -> bool:
        """Whether there is a PBX to follow: then a tape will be kept."""
        return bool(self.fixed or await self._read())

    async def follow(self) -> None:
        """Bring the links up to what is wanted now, and wait for it."""
        done = asyncio.get_running_loop().create_future()
        self._asked.append(done)
        self._wake.set()
        await done

    async def run(self) -> None:
        """Keep the links until cancelled; whoever asked and went away changes nothing."""
        async with asyncio.TaskGroup() as workers:
            while True:
                await self._wake.wait()
                self._wake.clear()
                asked, self._asked = self._asked, []
                try:
                    await self._bring_up(workers)
                except (CrmError, CannotStart) as error:  # what runs runs on
                    logger.warning("the PBX links could not be brought up: %s", error)
                    asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._wake.set)
                except Exception:  # a change that failed ends no link that runs
                    logger.exception("the PBX links could not be brought up")
                    asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._wake.set)
                finally:
                    self.has_begun = True
                    for done in asked:
                        if not done.done():
                            done.set_result(None)

    async def _bring_up(self, workers: asyncio.TaskGroup) -> None:
        wanted = {one.name: one for one in self.fixed or await self._read()}
        self._left |= self._followed.keys() - wanted.keys()
        for name in list(self._left):
            await self._stop(name)
            if name not in wanted:
                await self._leave(name)
            self._left.discard(name)
        for name, settings in wanted.items():
            self._regions[name] = settings.region
            running = self._followed.get(name)
            if running and _is_same(running.settings, settings):
                continue
            await self._stop(name)
            await self._start(workers, settings)

    async def _read(self) -> list[PbxSettings]:
        async with self._house.database.read() as session:
            found = await read_links(session, self._house.box)
        for one in found:
            if one.settings is None:
                logger.error("the secret of the PBX link %s cannot be read", one.row.name)
        return [one.settings for one in found if one.settings and one.row.is_enabled]

    async def _start(self, workers: asyncio.TaskGroup, settings: PbxSettings) -> None:
        house = self._house
        prepare_tapes(house.tapes)
        recovery = self._recovery_of(settings)
        link = PbxLink(
            settings,
            tape_directory=house.tapes,
            bus=house.bus,
            call_log=house.writer,
            checkpoint=await house.writer.checkpoint(settings.name),
            on_gap=partial(self._gap_told, recovery),
            limits=house.limits,
        )
        work = workers.create_task(_run(link, recovery), name=f"link {settings.name}")
        self._followed[settings.name] = _Followed(settings, link, work)

    def _recovery_of(self, settings: PbxSettings) -> CallRecovery | None:
        """Who looks into the PBX's own records, where it is known where they lie."""
        if settings.call_records is None:
            return None
        return CallRecovery(
            settings,
            GapBook(self._house.database, self._house.writer),
            live_linkedids=partial(self._live_linkedids, settings.name),
        )

    def _live_linkedids(self, name: str) -> frozenset[str]:
        link = self.link(name)
        return link.live_linkedids if link else frozenset()

    def _gap_told(self, recovery: CallRecovery | None, gap: LinkGap) -> None:
        self._house.writer.put_gap(gap)
        if recovery is not None:
            recovery.on_gap(gap)

    async def _stop(self, name: str) -> None:
        """End a link; all that it has told is written before anybody reads where it stopped."""
        running = self._followed.pop(name, None)
        if running is None:
            return
        running.work.cancel()
        await asyncio.wait([running.work])
        await self._house.writer.flush()

    async def _leave(self, name: str) -> None:
        """Nobody is to wait for what a PBX says that is followed no more."""
        now = utc_now()
        async with self._house.database.write() as unit:
            await leave_link(unit, name, now)
        self._house.bus.publish(CallsReplaced(at=now, pbx=name))
        self._house.bus.publish(LinkRemoved(at=now, pbx=name))
        logger.info("the PBX %s is no longer followed", name)


async def _run(link: PbxLink, recovery: CallRecovery | None) -> None:
    """Follow a PBX; what it said to nobody is looked for beside it."""
    async with asyncio.TaskGroup() as workers:
        workers.create_task(link.run(), name=f"following {link.name}")
        if recovery is not None:
            workers.create_task(recovery.run(), name=f"recovery for {link.name}")


def _is_same(one: PbxSettings, other: PbxSettings) -> bool:
    """Whether the link would run as it runs; where numbers are read it follows by itself."""
    return one.model_copy(update={"region": other.region}) == other


def pbx_parts(
    desk: LinkDesk, database: Database, directory: AgentDirectory, control: CallControl
) -> PbxParts:
    """What the handlers ask of the links: telephony's side behind the core's words."""
    return PbxParts(
        desk=desk,
        box=desk.box,
        probe=Probe(),
        phones=PhoneCheck(database, directory, control),
        tapes=TapeReader(desk.tapes, desk.tracker_settings),
    )
