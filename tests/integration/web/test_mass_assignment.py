"""T16: a change takes the documented fields and no others, whatever else is sent along."""

from typing import Any

import pytest

from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.migrations.metadata import METADATA
from tests.engines import ON_SQLITE
from tests.integration.web.office import PASSWORD, Office
from tests.integration.web.rights.snapshot import difference, everything_in
from tests.integration.web.rights.things import Owner, filled, make_things
from web.openapi import document

Json = dict[str, Any]

GUESSES = {
    "is_admin": True,
    "admin": True,
    "role": "admin",
    "roles": ["admin"],
    "is_staff": True,
    "permissions": ["*"],
    "scope": "all",
    "user_id": "me",
    "author_id": "me",
    "owner": "me",
    "created_by": "me",
    "deleted_at": None,
    "__proto__": {},
    "constructor": {},
    "_id": 1,
    "$set": {},
    "tenant": "x",
    "is_active": True,
    "team": "x",
    "*": "*",
}


def columns() -> set[str]:
    """The name of every column there is."""
    return {column.name for table in METADATA.tables.values() for column in table.columns}


WRITES: dict[str, tuple[str, str, Json]] = {
    "log_in": ("POST", "/api/session", {"login": "anna", "password": PASSWORD}),
    "make_administrator": (
        "POST",
        "/api/setup/administrator",
        {"login": "olga", "name": "Ольга", "password": PASSWORD},
    ),
    "finish_setup": ("PUT", "/api/setup/steps", {"is_finished": True}),
    "change_me": ("PATCH", "/api/users/me", {"theme": "dark"}),
    "change_my_password": (
        "PUT",
        "/api/users/me/password",
        {"current": PASSWORD, "new": PASSWORD},
    ),
    "create_account": (
        "POST",
        "/api/users",
        {"login": "boris", "name": "Борис", "role": "agent"},
    ),
    "change_account": ("PATCH", "/api/users/{user}", {"version": 1, "name": "Борис Ильин"}),
    "create_team": ("POST", "/api/teams", {"name": "Сервис"}),
    "change_team": ("PATCH", "/api/teams/{team}", {"name": "Команда {team}"}),
    "end_team": ("POST", "/api/teams/{team}/dissolve", {"into": str(DEFAULT_TEAM_ID)}),
    "create_client": ("POST", "/api/clients", {"name": "Мария"}),
    "change_client": ("PATCH", "/api/clients/{client}", {"version": 1, "city": "Тула"}),
    "add_client_phone": ("POST", "/api/clients/{client}/phones", {"number": "84951112233"}),
    "change_import": ("PATCH", "/api/imports/{import}", {"skips_duplicates": False}),
    "create_disposition": ("POST", "/api/dispositions", {"titles": {"ru": "Продано"}}),
    "change_disposition": ("PATCH", "/api/dispositions/{disposition}", {"is_active": True}),
    "order_dispositions": ("PUT", "/api/dispositions/order", {"codes": ["sold"]}),
    "pause_agent": ("PUT", "/api/agents/{agent}/pause", {"reason": "lunch"}),
    "begin_agent_pause": ("POST", "/api/agents/{agent}/pause", {"reason": "lunch"}),
    "share_desk": ("POST", "/api/shared-desks", {"pbx": "main", "extension": "150"}),
    "sit_down": ("PUT", "/api/users/me/phone", {"pbx": "main", "extension": "151"}),
    "create_pause_reason": ("POST", "/api/pause-reasons", {"titles": {"ru": "Планёрка"}}),
    "change_pause_reason": ("PATCH", "/api/pause-reasons/{reason}", {"is_active": True}),
    "create_queue_setting": ("POST", "/api/queue-settings", {"pbx": "main", "name": "vip"}),
    "change_queue_setting": (
        "PATCH",
        "/api/queue-settings/{queue}",
        {"version": 1, "pbx": "main", "name": "{queue}"},
    ),
    "create_ignored_number": ("POST", "/api/ignored-numbers", {"number": "89160000000"}),
    "create_pbx_link": ("POST", "/api/pbx-links", {"name": "south", "secret": "quiet"}),
    "change_pbx_link": ("PATCH", "/api/pbx-links/{link}", {"version": 1, "username": "crm"}),
    "test_pbx_link": ("POST", "/api/pbx-links/test", {"link_id": "{link}"}),
    "ring_test_phone": ("POST", "/api/pbx-links/{link}/test-ring", {"extension": "101"}),
    "explain_phone_number": ("POST", "/api/numbers/explain", {"number": "89161234567"}),
    "change_office": ("PATCH", "/api/office", {"version": 1, "name": "Север"}),
    "create_note": ("POST", "/api/notes", {"on": "{client}", "text": "новая"}),
    "change_note": ("PATCH", "/api/notes/{note}", {"text": "другая"}),
    "write_call_note": ("PUT", "/api/calls/{call}/note", {"text": "x"}),
    "choose_call_disposition": ("PUT", "/api/calls/{call}/disposition", {"disposition": None}),
    "choose_call_client": ("PUT", "/api/calls/{call}/client", {"client_id": None}),
    "place_call": ("POST", "/api/calls", {"number": "+79161230000"}),
    "transfer_call": ("POST", "/api/calls/{call}/transfer", {"kind": "blind", "to": "104"}),
    "change_call_limits": ("PUT", "/api/call-limits", {"items": []}),
    "make_promise": (
        "POST",
        "/api/calls/{call}/promises",
        {"text": "Прислать счёт", "due_at": "2126-03-02T09:00:00Z"},
    ),
    "write_off_missed_call": (
        "POST",
        "/api/missed-calls/{missed_call}/write-off",
        {"reason": "Ошиблись номером"},
    ),
    "create_pipeline": (
        "POST",
        "/api/pipelines",
        {"name": "Сервис", "stages": [{"name": "Заявка"}]},
    ),
    "change_pipeline": ("PATCH", "/api/pipelines/{pipeline}", {"version": 1, "name": "Продажи"}),
    "create_deal": ("POST", "/api/deals", {"title": "Стойки", "client_id": "{client}"}),
    "change_deal": ("PATCH", "/api/deals/{deal}", {"version": 1, "title": "Монтаж"}),
    "move_deal": ("POST", "/api/deals/{deal}/move", {"stage_id": "{stage}"}),
    "create_task": (
        "POST",
        "/api/tasks",
        {"title": "Перезвонить", "due_at": "2026-03-02T09:00:00Z", "client_id": "{client}"},
    ),
    "change_task": ("PATCH", "/api/tasks/{task}", {"version": 1, "title": "Отправить КП"}),
    "end_task": ("POST", "/api/tasks/{task}/done", {"outcome": "done"}),
    "play_demo_call": ("POST", "/api/demo/calls", {}),
}


def test_every_operation_that_takes_a_body_is_tried_here() -> None:
    told = {
        operation["operationId"]
        for item in document()["paths"].values()
        for operation in item.values()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }

    assert told == set(WRITES)


@ON_SQLITE  # a field is refused before any row is asked for
@pytest.mark.parametrize("name", sorted(WRITES))
async def test_no_undocumented_field_is_taken(office: Office, name: str) -> None:
    user_id = await office.hire("anna", role="admin", extension="101")
    method, path, body = WRITES[name]
    documented = _documented(name)
    async with office.browser("anna") as browser:
        things = await make_things(office, Owner(user_id, "101", browser), f"{path} {body}")
        path, body = filled(path, things), filled(body, things)
        before = await everything_in(office.database)
        for field in sorted((columns() | GUESSES.keys()) - documented):
            status, problem = await browser.ask(
                method, path, body | {field: GUESSES.get(field, "admin")}
            )
            assert (status, problem["field"]) == (422, field)
        after = await everything_in(office.database)

    assert difference(before, after) == []


def _documented(name: str) -> set[str]:
    for item in document()["paths"].values():
        for operation in item.values():
            if operation["operationId"] == name:
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                schema = next((one for one in schema.get("anyOf", ()) if "$ref" in one), schema)
                model = schema["$ref"].rsplit("/", 1)[-1]
                return set(document()["components"]["schemas"][model]["properties"])
    raise LookupError(name)
