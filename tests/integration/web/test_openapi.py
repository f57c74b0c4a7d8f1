"""One contract: the document is right by its own rules, and leaves no route out."""

import asyncio
import json
import sys

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.integration.web.office import Office
from web.openapi import document
from web.operations import operation_of


def test_the_document_is_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(document()).validate()


async def test_the_server_and_the_command_give_the_same_document(office: Office) -> None:
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "web.openapi", stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await command.communicate()
    async with office.program() as program:
        served = await program.get("/api/openapi.json")

    assert served == json.loads(printed) == document()


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does() -> None:
    operations = [part for item in document()["paths"].values() for part in item.values()]
    names = [operation["operationId"] for operation in operations]

    assert len(names) == len(set(names))
    assert all(operation["summary"].endswith(".") for operation in operations)


async def test_every_route_is_in_the_document(office: Office) -> None:
    routed = set()
    for route in office.app.router.routes():
        if route.resource is not None and route.resource.name != "pages":
            assert operation_of(route.handler), f"{route.resource.canonical} is not told"
            routed.add((route.resource.canonical, route.method.lower()))

    told = {(path, method) for path, item in document()["paths"].items() for method in item}
    assert told == {(path, method) for path, method in routed if method != "head"}


PUBLIC = {
    *("log_in", "get_openapi", "get_health", "get_readiness", "get_metrics"),
    *("get_setup", "make_administrator"),  # the code opens them
}


def test_everything_else_needs_a_session_or_a_token() -> None:
    for item in document()["paths"].values():
        for operation in item.values():
            assert (operation.get("security") == []) == (operation["operationId"] in PUBLIC)


@pytest.mark.parametrize(
    ("path", "method"),
    [(path, method) for path, item in document()["paths"].items() for method in item],
)
async def test_without_a_session_no_operation_answers(
    office: Office, path: str, method: str
) -> None:
    if document()["paths"][path][method]["operationId"] in PUBLIC:
        return
    address = path.replace("{", "").replace("}", "")
    async with office.program() as program:
        status, problem = await program.ask(method.upper(), address)

    assert (status, problem["code"]) == (401, "not_logged_in")


@pytest.mark.parametrize("name", ["PushMessage", "TabMessage"])
def test_the_messages_of_the_websocket_are_told_apart_by_type(name: str) -> None:
    union = document()["components"]["schemas"][name]

    assert union["discriminator"]["propertyName"] == "type"
    assert len(union["oneOf"]) == len(union["discriminator"]["mapping"])
