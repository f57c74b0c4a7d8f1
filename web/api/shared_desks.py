"""REST: shared desks, the phones at which whoever comes may sit down."""

from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from crm_core.access.users import Phone, get_profile
from crm_core.calls.agents import shared_desks
from crm_core.insight.agent_line import PhoneTakenFrame
from crm_core.kernel.errors import Conflict, Forbidden, NotFound
from web.api.inputs import Input, Name
from web.api.users import UserView, view_user
from web.keys import BOARD, DATABASE, HUB, READ_PHONES, RIGHTS
from web.operations import operation
from web.visit import Visit

routes = web.RouteTableDef()


class SharedDeskView(BaseModel):
    """A shared phone, and who sits there now."""

    pbx: str
    extension: str
    user_id: UUID | None
    user_name: str | None


class SharedDeskList(BaseModel):
    """All shared phones."""

    items: list[SharedDeskView]
    next_cursor: None = None


class DeskPhone(Input):
    """A phone: the PBX's name, and the extension there."""

    pbx: Name
    extension: Name


@routes.get("/api/shared-desks")
@operation(errors=(Forbidden,))
async def list_shared_desks(visit: Visit) -> SharedDeskList:
    """Where one may sit down, and who sits there."""
    await visit[RIGHTS].demand(visit.person, "read", "shared_desk")
    async with visit[DATABASE].read() as session:
        found = await shared_desks.list_desks(session)
    return SharedDeskList(
        items=[SharedDeskView.model_validate(one, from_attributes=True) for one in found]
    )


@routes.post("/api/shared-desks")
@operation(204, errors=(Forbidden, Conflict))
async def share_desk(visit: Visit, body: DeskPhone) -> None:
    """Let anybody sit down at this phone."""
    await visit[RIGHTS].demand(visit.person, "create", "shared_desk")
    async with visit[DATABASE].write() as unit:
        await shared_desks.share_desk(unit, _phone(body), by=visit.person.user_id)


@routes.delete("/api/shared-desks/{pbx}/{extension}")
@operation(errors=(Forbidden, NotFound))
async def keep_desk(visit: Visit, pbx: str, extension: str) -> None:
    """Share this phone no longer; who sits there keeps it."""
    await visit[RIGHTS].demand(visit.person, "delete", "shared_desk")
    async with visit[DATABASE].write() as unit:
        phone = Phone(pbx=pbx, extension=extension)
        await shared_desks.keep_desk(unit, phone, by=visit.person.user_id)


@routes.put("/api/users/me/phone")
@operation(errors=(Forbidden, Conflict))
async def sit_down(visit: Visit, body: DeskPhone) -> UserView:
    """Sit at a shared phone; whoever sat there before is told so."""
    await visit[RIGHTS].demand(visit.person, "take", "shared_desk")
    person, floor = visit.person, visit[BOARD].floor
    if floor.is_in_use(body.pbx, body.extension):
        raise Conflict("this phone is in a call now", reason="desk_in_use")
    async with visit[DATABASE].write() as unit:
        before = await shared_desks.sit_down(unit, person.user_id, _phone(body))
        profile = await get_profile(unit.session, person.user_id)
    if before is not None:
        floor.end_wrap_up(before)
    await visit[READ_PHONES]()
    if before is not None:
        told = PhoneTakenFrame(pbx=body.pbx, extension=body.extension, by_name=person.name)
        visit[HUB].show(before, told)
    return view_user(profile)


@routes.delete("/api/users/me/phone")
@operation()
async def stand_up(visit: Visit) -> UserView:
    """Leave the shared phone; one's own stays."""
    user_id = visit.person.user_id
    async with visit[DATABASE].write() as unit:
        await shared_desks.stand_up(unit, user_id)
        profile = await get_profile(unit.session, user_id)
    visit[BOARD].floor.end_wrap_up(user_id)
    await visit[READ_PHONES]()
    return view_user(profile)


def _phone(body: DeskPhone) -> Phone:
    return Phone(pbx=body.pbx, extension=body.extension)
