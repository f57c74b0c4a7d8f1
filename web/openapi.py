"""The OpenAPI 3.1 document, made from the routes themselves; `python -m web.openapi` prints it.

The UI's types are generated from it, the push messages included.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from aiohttp import web
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from crm_core.kernel.errors import CrmError, InvalidValue, NotLoggedIn
from web.api import route_tables
from web.errors import status_of
from web.operations import Operation, operation_of
from web.problems import CONTENT_TYPE, Problem
from web.push.messages import PushMessage
from web.push.tab_messages import TabMessage

_REFERENCE = "#/components/schemas/{model}"
_SECURITY: list[dict[str, list[str]]] = [{"session": []}, {"token": []}]

Json = dict[str, Any]
Schemas = Mapping[tuple[type[BaseModel], JsonSchemaMode], Json]


@cache
def document() -> Json:
    """Describe every operation of the API. Do not change what it gives: it is made once."""
    told = list(_operations())
    schemas, components = _schemas([operation for _, _, operation in told])
    paths: dict[str, Json] = {}
    for path, method, operation in told:
        paths.setdefault(path, {})[method] = _describe(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Allo", "version": "1", "description": _ABOUT},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": components,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "allo_session"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
        "security": _SECURITY,
    }


_ABOUT = (
    "With the cookie, every change carries `X-Requested-With: allo` and the page's Origin. "
    "Errors are problem details (RFC 9457) with a stable `code`. "
    "`PushMessage` and `TabMessage` travel over the WebSocket at `push_url`."
)


def _operations() -> Iterable[tuple[str, str, Operation]]:
    """Walk over the router, as aiohttp sees it."""
    app = web.Application()
    for table in route_tables():
        app.add_routes(table)
    for route in app.router.routes():
        operation = operation_of(route.handler)
        if operation is not None and route.resource is not None and route.method != "HEAD":
            yield route.resource.canonical, route.method.lower(), operation


class _WholeAnswers(GenerateJsonSchema):
    """What the server sends is whole: a field with a default is always there."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)


def _schemas(operations: Iterable[Operation]) -> tuple[Schemas, Json]:
    """Schemas of all models by use, and the components that they refer to."""
    uses: dict[tuple[type[BaseModel], JsonSchemaMode], TypeAdapter[Any]] = {
        (Problem, "validation"): TypeAdapter(Problem)  # an absent member is left out
    }
    for operation in operations:
        if operation.body is not None:
            uses[operation.body, "validation"] = TypeAdapter(operation.body)
        if operation.answer is not None:
            uses[operation.answer, "serialization"] = TypeAdapter(operation.answer)
    unions: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        ("PushMessage", "serialization", TypeAdapter(PushMessage)),
        ("TabMessage", "validation", TypeAdapter(TabMessage)),
    ]
    inputs = [(use, use[1], adapter) for use, adapter in uses.items()]
    found, definitions = TypeAdapter.json_schemas(
        [*inputs, *unions],
        ref_template=_REFERENCE,
        schema_generator=_WholeAnswers,
    )
    components = dict(definitions.get("$defs", {}))
    for name, mode, _ in unions:
        components[name] = found[name, mode]
    schemas = {use: found[use, use[1]] for use in uses}
    return schemas, dict(sorted(components.items()))


def _describe(operation: Operation, schemas: Schemas) -> Json:
    described: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": _responses(operation, schemas),
    }
    if operation.description:
        described["description"] = operation.description
    if parameters := [*_path_parameters(operation), *_query_parameters(operation)]:
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {
            "required": not operation.is_body_optional,
            "content": {"application/json": {"schema": schemas[operation.body, "validation"]}},
        }
    if operation.upload is not None:
        content = {operation.upload: {"schema": {"type": "string", "format": "binary"}}}
        described["requestBody"] = {"required": True, "content": content}
    if operation.is_public:
        described["security"] = []
    return described


def _responses(operation: Operation, schemas: Schemas) -> Json:
    responses: Json = {}
    success: Json = {"description": operation.summary}
    if operation.is_raw:
        success["content"] = {"*/*": {}}
    elif operation.answer is not None:
        schema = schemas[operation.answer, "serialization"]
        success["content"] = {"application/json": {"schema": schema}}
    responses |= {str(status): success for status in operation.statuses}
    for status, codes in sorted(_codes_by_status(operation).items()):
        responses[str(status)] = _problem_response(", ".join(codes), schemas)
    responses["default"] = _problem_response("any other problem", schemas)
    return responses


def _codes_by_status(operation: Operation) -> dict[int, list[str]]:
    errors: list[type[CrmError]] = [*operation.errors]
    if not operation.is_public:
        errors.append(NotLoggedIn)
    if operation.query is not None or operation.body is not None:
        errors.append(InvalidValue)
    codes: dict[int, list[str]] = {}
    for error in errors:
        codes.setdefault(status_of(error), []).append(error.code)
    return codes


def _problem_response(what: str, schemas: Schemas) -> Json:
    schema = schemas[Problem, "validation"]
    return {"description": what, "content": {CONTENT_TYPE: {"schema": schema}}}


def _path_parameters(operation: Operation) -> Iterable[Json]:
    for name, kind in operation.path_parts.items():
        schema = TypeAdapter(kind).json_schema()
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(operation: Operation) -> Iterable[Json]:
    if operation.query is None:
        return
    schema = operation.query.model_json_schema(ref_template=_REFERENCE)
    for name, value in schema["properties"].items():
        value.pop("title", None)
        description = value.pop("description", None)
        parameter: Json = {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", []),
            "schema": _in_a_query(_inline(value, schema.get("$defs", {}))),
        }
        if description:
            parameter["description"] = description
        if parameter["schema"].get("type") == "array":
            parameter |= {"style": "form", "explode": False}  # result=busy,declined
        yield parameter


def _in_a_query(value: Json) -> Json:
    """A query has no null: what may be absent is simply not there."""
    options = [option for option in value.get("anyOf", ()) if option != {"type": "null"}]
    return options[0] if len(options) == 1 else value


def _inline(value: Any, definitions: Json) -> Any:
    """Put enumerations in place: a query's models are no components of their own."""
    if isinstance(value, dict):
        if "$ref" in value:
            return _inline(definitions[value["$ref"].rsplit("/", 1)[-1]], definitions)
        return {key: _inline(part, definitions) for key, part in value.items()}
    if isinstance(value, list):
        return [_inline(part, definitions) for part in value]
    return value


def main() -> None:
    """Print the document."""
    json.dump(document(), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
