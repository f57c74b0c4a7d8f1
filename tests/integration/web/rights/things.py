"""One of everything that belongs to somebody: what the requests of the matrix are about."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from crm_core.access.teams import add_team
from crm_core.calls.ignored_numbers import add_ignored
from crm_core.calls.missed_calls.tables import MissedCall
from crm_core.calls.pbx.link_tables import PbxLinkRow
from crm_core.calls.queue_settings import QueueDraft, add_queue
from crm_core.calls.tables import IgnoredNumber
from crm_core.kernel.call_facts import RecordingFact
from crm_core.records.tables import ImportJob, Record
from tests.integration.web.office import Browser, Json, Office
from tests.integration.web.random_calls import START, a_call, answer, end, ring

_SERIAL = count(1)


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who has things: an agent with a phone and an open browser."""

    user_id: UUID
    extension: str
    browser: Browser


async def make_things(office: Office, owner: Owner, request: str) -> dict[str, str]:
    """Make for the owner what `request` names in braces; gives their ids by these names."""
    chosen = {kind for kind in _MAKERS if f"{{{kind}}}" in request}
    chosen |= {_STANDS_ON[kind] for kind in chosen & _STANDS_ON.keys()}
    things: dict[str, str] = {}
    for kind, make in _MAKERS.items():
        if kind in chosen:
            things[kind] = await make(office, owner, things)
    return things


def unknown_things() -> dict[str, str]:
    """Ids of nothing at all."""
    return {kind: str(uuid4()) for kind in _MAKERS}


async def _posted(owner: Owner, path: str, body: Json) -> str:
    status, answer = await owner.browser.ask("POST", path, body)
    assert status == 201, (path, answer)
    return str(answer["id"])


async def _client(_office: Office, owner: Owner, _things: dict[str, str]) -> str:
    number = f"8903{next(_SERIAL):07}"
    return await _posted(
        owner, "/api/clients", {"name": "Мария Юрьевна", "phones": [{"number": number}]}
    )


async def _note(_office: Office, owner: Owner, things: dict[str, str]) -> str:
    return await _posted(owner, "/api/notes", {"on": things["client"], "text": "Просит счёт"})


async def _call(office: Office, owner: Owner, _things: dict[str, str]) -> str:
    """An ended call of an unknown number that the owner took."""
    serial = next(_SERIAL)
    queued = a_call(serial, number=f"8904{serial:07}", queue=None)
    talked = end(answer(ring(queued, owner.extension), owner.extension))
    fact = RecordingFact(key=f"{serial}/0", path=None, uniqueid=str(serial), started_at=START)
    call = replace(talked, started_at=START, recordings=(fact,))
    await office.write(call)
    return str(call.call_id)


async def _order(_office: Office, owner: Owner, _things: dict[str, str]) -> str:
    """The owner's click on a number."""
    body = {"number": f"8906{next(_SERIAL):07}"}
    status, answer = await owner.browser.ask("POST", "/api/calls", body)
    assert status == 202, answer
    return str(answer["order_id"])


async def _missed_call(office: Office, owner: Owner, things: dict[str, str]) -> str:
    """A debt to the owner's client, which is the owner's to pay."""
    serial = next(_SERIAL)
    call = end(a_call(serial, number=f"8904{serial:07}", queue=None))
    await office.write(replace(call, started_at=START))
    client_id = UUID(things["client"])
    async with office.database.write() as unit:
        record = await unit.session.get(Record, client_id)
        assert record
        debt = MissedCall(
            id=uuid4(),
            client_id=client_id,
            number=f"+7904{serial:07}",
            pbx="main",
            team_id=record.team_id,
            first_call_id=call.call_id,
            last_call_id=call.call_id,
            opened_at=START,
            last_called_at=START,
            assignee_id=owner.user_id,
        )
        unit.session.add(debt)
    return str(debt.id)


async def _promise(_office: Office, owner: Owner, things: dict[str, str]) -> str:
    body = {"text": "Перезвонить", "due_at": "2126-03-02T09:00:00Z"}
    return await _posted(owner, f"/api/calls/{things['call']}/promises", body)


async def _deal(_office: Office, owner: Owner, things: dict[str, str]) -> str:
    return await _posted(
        owner, "/api/deals", {"title": "Стойки оператора", "client_id": things["client"]}
    )


async def _task(_office: Office, owner: Owner, things: dict[str, str]) -> str:
    body = {"title": "Отправить каталог", "due_at": "2026-03-02T09:00:00Z"}
    return await _posted(owner, "/api/tasks", body | {"client_id": things["client"]})


async def _recording(_office: Office, owner: Owner, things: dict[str, str]) -> str:
    """What was recorded of the owner's call; it has not been fetched."""
    call = await owner.browser.get(f"/api/calls/{things['call']}")
    return str(call["recordings"][0]["id"])


async def _pipeline(_office: Office, owner: Owner, _things: dict[str, str]) -> str:
    """The one that every office begins with: pipelines belong to nobody."""
    found = await owner.browser.get("/api/pipelines")
    return str(found["items"][0]["id"])


async def _stage(_office: Office, owner: Owner, _things: dict[str, str]) -> str:
    found = await owner.browser.get("/api/pipelines")
    return str(found["items"][0]["stages"][1]["id"])


async def _user(office: Office, _owner: Owner, _things: dict[str, str]) -> str:
    """A colleague with nothing: to be changed, and shut out, by whoever may."""
    return str(await office.hire(f"colleague{next(_SERIAL)}"))


async def _team(office: Office, _owner: Owner, _things: dict[str, str]) -> str:
    async with office.database.write() as unit:
        return str((await add_team(unit, f"Команда {next(_SERIAL)}")).id)


async def _import(office: Office, owner: Owner, _things: dict[str, str]) -> str:
    """A file that was uploaded and not begun; whoever may not upload has one all the same."""
    job = ImportJob(
        id=uuid4(),
        file_name="clients.csv",
        content="Имя\nАнна\n".encode(),
        mapping={"0": "name"},
        total_rows=1,
        user_id=owner.user_id,
        created_at=START,
    )
    async with office.database.write() as unit:
        unit.session.add(job)
    return str(job.id)


async def _queue(office: Office, owner: Owner, _things: dict[str, str]) -> str:
    draft = QueueDraft(
        pbx="main",
        name=f"queue{next(_SERIAL)}",
        title="Продажи",
        is_disposition_required=False,
        wrap_up_seconds=None,
        dispositions=[],
    )
    async with office.database.write() as unit:
        return str((await add_queue(unit, draft, by=owner.user_id)).id)


async def _number(office: Office, owner: Owner, _things: dict[str, str]) -> str:
    row = IgnoredNumber(id=uuid4(), number="", created_at=START)
    async with office.database.write() as unit:
        written = f"8905{next(_SERIAL):07}"
        await add_ignored(unit, written, row, region="RU", by=owner.user_id)
    return str(row.id)


async def _link(office: Office, _owner: Owner, _things: dict[str, str]) -> str:
    row = PbxLinkRow(
        id=uuid4(),
        name=f"link{next(_SERIAL)}",
        host="127.0.0.1",
        port=5038,
        username="allo",
        sealed_secret=office.box.seal("quiet"),
        region="RU",
        extension_pattern=r"\d{2,5}",
        created_at=START,
        changed_at=START,
    )
    async with office.database.write() as unit:
        unit.session.add(row)
    return str(row.id)


async def _disposition(_office: Office, owner: Owner, _things: dict[str, str]) -> str:
    """One of those that every office begins with."""
    return str((await owner.browser.get("/api/dispositions"))["items"][0]["code"])


async def _agent(_office: Office, owner: Owner, _things: dict[str, str]) -> str:
    """The owner at the phone."""
    return str(owner.user_id)


async def _reason(_office: Office, _owner: Owner, _things: dict[str, str]) -> str:
    """One of those that every office begins with."""
    return "lunch"


_Maker = Callable[[Office, Owner, dict[str, str]], Awaitable[str]]
_MAKERS: dict[str, _Maker] = {
    "client": _client,
    "note": _note,
    "call": _call,
    "order": _order,
    "missed_call": _missed_call,
    "promise": _promise,
    "recording": _recording,
    "deal": _deal,
    "task": _task,
    "pipeline": _pipeline,
    "stage": _stage,
    "user": _user,
    "team": _team,
    "import": _import,
    "queue": _queue,
    "number": _number,
    "link": _link,
    "disposition": _disposition,
    "agent": _agent,
    "reason": _reason,
}
# What belongs to something else is made after it.
_STANDS_ON = {
    "note": "client",
    "recording": "call",
    "missed_call": "client",
    "promise": "call",
    "deal": "client",
    "task": "client",
}


def filled(written: Any, things: dict[str, str]) -> Any:
    """The same request with `{client}` and the like replaced by ids."""
    if isinstance(written, dict):
        return {key: filled(value, things) for key, value in written.items()}
    if isinstance(written, list):
        return [filled(part, things) for part in written]
    if isinstance(written, str):
        for kind, thing in things.items():
            written = written.replace(f"{{{kind}}}", thing)
    return written
