"""Holds every answer against the OpenAPI document: what is not promised there may not be sent."""

import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker

from web.openapi import document

Json = dict[str, Any]


def check_answer(method: str, address: str, status: int, content_type: str, body: Any) -> None:
    """Fail unless the document promises this answer for this request."""
    operation = _find_operation(method.lower(), urlsplit(address).path)
    if operation is None:
        return  # a page, or an address that is not there
    response = operation["responses"].get(str(status)) or operation["responses"]["default"]
    content = response.get("content", {})
    if not content:
        assert body in (None, {"text": ""}), f"{method} {address} promises no body"
    elif "*/*" not in content:
        assert content_type in content, f"{method} {address} does not promise {content_type}"
        _validator(str(content[content_type]["schema"]["$ref"])).validate(body)


def check_push_message(frame: Json) -> None:
    """Fail unless the frame is one that the document describes."""
    _validator("#/components/schemas/PushMessage").validate(frame)


def _find_operation(method: str, path: str) -> Json | None:
    for template, item in document()["paths"].items():
        pattern = re.sub(r"\\{[^/]+\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path) and method in item:
            operation: Json = item[method]
            return operation
    return None


@cache
def _validator(reference: str) -> Draft202012Validator:
    schema = _closed({"$ref": reference, "components": document()["components"]})
    return Draft202012Validator(schema, format_checker=FormatChecker())


def _closed(schema: Any) -> Any:
    """The same schema, in which an object may hold nothing that is not named."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(part) for key, part in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        closed.setdefault("additionalProperties", False)
    return closed
