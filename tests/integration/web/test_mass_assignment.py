"""T16: a change takes the documented fields and no others, whatever else is sent along."""

from typing import Any

import pytest
from sqlmodel import SQLModel

from crm_core.access import tables as access_tables
from crm_core.calls import tables as calls_tables
from crm_core.records import tables as records_tables
from tests.integration.web.office import PASSWORD, Office
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
    models = [
        value
        for module in (access_tables, calls_tables, records_tables)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, SQLModel) and value is not SQLModel
    ]
    return {name for model in models for name in model.model_fields}


WRITES: dict[str, tuple[str, str, Json]] = {
    "log_in": ("POST", "/api/session", {"login": "anna", "password": PASSWORD}),
    "change_me": ("PATCH", "/api/users/me", {"theme": "dark"}),
    "change_my_password": (
        "PUT",
        "/api/users/me/password",
        {"current": PASSWORD, "new": PASSWORD},
    ),
    "create_client": ("POST", "/api/clients", {"name": "Мария"}),
    "change_client": ("PATCH", "/api/clients/{client}", {"version": 1, "city": "Тула"}),
    "add_client_phone": ("POST", "/api/clients/{client}/phones", {"number": "84951112233"}),
    "create_note": ("POST", "/api/notes", {"on": "{client}", "text": "новая"}),
    "change_note": ("PATCH", "/api/notes/{note}", {"text": "другая"}),
    "write_call_note": ("PUT", "/api/calls/{client}/note", {"text": "x"}),
    "choose_call_disposition": ("PUT", "/api/calls/{client}/disposition", {"disposition": None}),
    "choose_call_client": ("PUT", "/api/calls/{client}/client", {"client_id": None}),
    "play_demo_call": ("POST", "/api/demo/calls", {}),
}


def test_every_operation_that_takes_a_body_is_tried_here() -> None:
    told = {
        operation["operationId"]
        for item in document()["paths"].values()
        for operation in item.values()
        if "requestBody" in operation
    }

    assert told == set(WRITES)


@pytest.mark.parametrize("name", sorted(WRITES))
async def test_no_undocumented_field_is_taken(office: Office, name: str) -> None:
    await office.hire("anna", extension="101")
    method, path, body = WRITES[name]
    documented = _documented(name)
    async with office.browser("anna") as browser:
        _, client = await browser.ask("POST", "/api/clients", {"name": "Анна"})
        _, note = await browser.ask("POST", "/api/notes", {"on": client["id"], "text": "старая"})
        ids = {"client": client["id"], "note": note["id"]}
        path = path.format(**ids)
        if body.get("on"):
            body = body | {"on": client["id"]}
        before = await _everything(browser, client["id"])
        for field in sorted((columns() | GUESSES.keys()) - documented):
            status, problem = await browser.ask(
                method, path, body | {field: GUESSES.get(field, "admin")}
            )
            assert (status, problem["field"]) == (422, field)
        after = await _everything(browser, client["id"])

    assert after == before


def _documented(name: str) -> set[str]:
    for item in document()["paths"].values():
        for operation in item.values():
            if operation["operationId"] == name:
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                schema = next((one for one in schema.get("anyOf", ()) if "$ref" in one), schema)
                model = schema["$ref"].rsplit("/", 1)[-1]
                return set(document()["components"]["schemas"][model]["properties"])
    raise LookupError(name)


async def _everything(browser: Any, client_id: str) -> list[Json]:
    return [
        await browser.get("/api/session"),
        await browser.get("/api/users"),
        await browser.get("/api/clients"),
        await browser.get(f"/api/clients/{client_id}"),
        await browser.get(f"/api/clients/{client_id}/timeline"),
    ]
