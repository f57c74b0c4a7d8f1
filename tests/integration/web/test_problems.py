"""Whatever goes wrong is answered as problem details, and tells nothing it should not."""

import json
import logging
from http import HTTPStatus
from typing import Any

import pytest

from tests.integration.web.office import PASSWORD, Office
from web.app import BODY_BYTES


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 400, "malformed"),
        ("{", 400, "malformed"),
        ("[" * 50_000, 400, "malformed"),
        ('{"login": "anna", "password": "\\ud800"}', 400, "malformed"),
        ("[]", 422, "invalid_value"),
        ('{"login": "anna"}', 422, "invalid_value"),
        ('{"login": 1, "password": "p"}', 422, "invalid_value"),
        (f'{{"login": "anna", "password": "{"p" * 2_000}"}}', 422, "invalid_value"),
        (" " * (BODY_BYTES + 1), 413, "body_too_large"),
    ],
)
async def test_a_bad_body_is_a_problem_with_a_code(
    office: Office, body: str, status: int, code: str
) -> None:
    async with office.program() as program:
        headers = {"Content-Type": "application/json"}
        async with program.session.post("/api/session", data=body, headers=headers) as response:
            problem = await response.json()

    assert response.content_type == "application/problem+json"
    assert (response.status, problem["status"], problem["code"]) == (status, status, code)
    assert problem["title"] == HTTPStatus(status).phrase


async def test_a_refused_value_names_its_field_and_is_not_repeated(office: Office) -> None:
    async with office.program() as program:
        body = {"login": "anna", "password": {"nested": "hunter2"}, "extra": "hunter2"}
        _, problem = await program.ask("POST", "/api/session", body)

    assert [fault["field"] for fault in problem["errors"]] == ["password", "extra"]
    assert problem["field"] == "password"
    assert "hunter2" not in json.dumps(problem)


async def test_what_nobody_expected_is_logged_under_an_id_and_tells_nothing(
    office: Office, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_down(*_: Any) -> None:
        raise OSError("/var/lib/allo/allo.sqlite3: hunter2")

    await office.hire("anna")
    async with office.browser("anna") as browser:
        monkeypatch.setattr(office.front_door, "log_in", break_down)
        with caplog.at_level(logging.ERROR):
            status, problem = await browser.log_in("anna", PASSWORD)

    assert (status, problem["code"]) == (500, "internal_error")
    assert "hunter2" not in json.dumps(problem)
    assert any(problem["id"] in record.getMessage() for record in caplog.records)
    assert all(PASSWORD not in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("GET", "/api/clients/not-an-id", 401),
        ("DELETE", "/healthz", 405),
        ("PUT", "/api/session", 405),
    ],
)
async def test_an_address_or_method_that_is_not_there_is_a_problem(
    office: Office, method: str, path: str, status: int
) -> None:
    async with office.program() as program:
        answered, problem = await program.ask(method, path)

    assert (answered, problem["status"]) == (status, status)


async def test_a_repeated_name_or_an_unknown_one_in_a_query_is_refused(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as browser:
        twice, _ = await browser.ask("GET", "/api/clients?q=a&q=b")
        unknown, problem = await browser.ask("GET", "/api/clients?sort=name;drop")

    assert (twice, unknown) == (400, 422)
    assert problem["field"] == "sort"
