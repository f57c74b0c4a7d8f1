"""Operations: what a handler needs is read from its signature, checked, and told to OpenAPI.

A handler takes a `Visit` (who asks) and, by name, `query` and `body` (pydantic models) and the
parts of the path; what it returns (a model, or nothing) is the answer. So the handler, the check
of its input and the document can never disagree.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from crm_core.kernel.errors import CrmError, NotFound, PasswordMustChange
from web.problems import BadRequest, UnsupportedMediaType
from web.visit import receive

BODY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that is no model: text of its own type."""

    text: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Download:
    """An answer that is made for this one asker, to be kept as a file."""

    content: bytes
    content_type: str
    name: str  # plain ASCII, ours


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An answer that is a file of ours, given in the ranges that are asked for."""

    path: Path
    content_type: str
    etag: str


_NO_MODELS = (Raw, StoredFile, Download)

Answer = BaseModel | Raw | StoredFile | Download | None
Ask = Callable[..., Awaitable[Answer]]
Route = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One entry of the API, as the OpenAPI document tells it."""

    name: str
    summary: str
    description: str
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    is_body_optional: bool
    answer: type[BaseModel] | None
    is_raw: bool
    path_parts: Mapping[str, type]
    statuses: tuple[int, ...]
    errors: tuple[type[CrmError], ...]
    is_public: bool
    upload: str | None = None


def operation(
    *statuses: int,
    errors: tuple[type[CrmError], ...] = (),
    is_public: bool = False,
    is_for_newcomers: bool = False,
    upload: str | None = None,
) -> Callable[[Ask], Route]:
    """Make a route of a handler. Nobody gets in without a session unless it `is_public`.

    The first of `statuses` is the usual one: 200, or 204 when the handler returns nothing,
    unless said otherwise. The others are those that a handler may set on its visit.
    Whoever must change their password first gets only at what `is_for_newcomers`.
    `upload` is the type of a body that the handler reads by itself.
    """

    def make_route(handler: Ask) -> Route:
        told = _read_signature(handler, statuses=statuses, errors=errors, is_public=is_public)
        told = replace(told, upload=upload)

        async def route(request: web.Request) -> web.StreamResponse:
            visit = await receive(request, is_public=told.is_public)
            if not (is_public or is_for_newcomers) and visit.person.must_change_password:
                raise PasswordMustChange("Choose a password of your own first.")
            if upload is not None and request.content_type != upload:
                raise UnsupportedMediaType(f"Send the file as {upload}.")
            given = await _read_input(request, told)
            answer = await handler(visit, **given)
            response = _render(answer, visit.status or told.statuses[0])
            visit.sign(response)
            return response

        route.__name__, route.__doc__ = told.name, handler.__doc__
        route.operation = told  # type: ignore[attr-defined]  # the walk over the router reads it
        return route

    return make_route


def operation_of(route: object) -> Operation | None:
    """What `operation` wrote on a route, if it made it."""
    return getattr(route, "operation", None)


def _read_signature(
    handler: Ask, *, statuses: tuple[int, ...], errors: tuple[type[CrmError], ...], is_public: bool
) -> Operation:
    hints = get_type_hints(handler)
    answer = hints.pop("return")
    hints.pop("visit")
    summary, _, description = (inspect.getdoc(handler) or "").partition("\n\n")
    has_answer = answer is not type(None)
    body = hints.pop("body", None)
    return Operation(
        name=getattr(handler, "__name__", ""),
        summary=summary,
        description=description,
        query=hints.pop("query", None),
        body=get_args(body)[0] if type(None) in get_args(body) else body,
        is_body_optional=type(None) in get_args(body),
        answer=answer if has_answer and answer not in _NO_MODELS else None,
        is_raw=answer in _NO_MODELS,
        path_parts=hints,
        statuses=statuses or (200 if has_answer else 204,),
        errors=errors,
        is_public=is_public,
    )


async def _read_input(request: web.Request, told: Operation) -> dict[str, Any]:
    given: dict[str, Any] = {
        name: _read_path_part(request.match_info[name], kind)
        for name, kind in told.path_parts.items()
    }
    if told.query is not None:
        given["query"] = told.query.model_validate(_single_values(request))
    if told.body is not None:
        await _read_body(request, told, given)
    return given


def _read_path_part(written: str, kind: type) -> object:
    if kind is not UUID:
        return written
    try:
        return UUID(written)
    except ValueError:
        raise NotFound("There is nothing with this id.") from None


def _single_values(request: web.Request) -> dict[str, str]:
    if len(request.query) != len(set(request.query)):
        raise BadRequest("A name appears twice in the query.")
    return dict(request.query)


async def _read_body(request: web.Request, told: Operation, given: dict[str, Any]) -> None:
    assert told.body is not None  # noqa: S101 - the caller looked
    if not request.can_read_body and told.is_body_optional:
        return
    if request.content_type != "application/json":
        raise UnsupportedMediaType("Send the change as application/json.")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            written = await request.read()
    except TimeoutError:
        raise BadRequest("The body took too long to arrive.") from None
    given["body"] = told.body.model_validate_json(written)


def _render(answer: Answer, status: int) -> web.StreamResponse:
    if answer is None:
        return web.Response(status=status)
    if isinstance(answer, StoredFile):
        return _give(answer)
    if isinstance(answer, Download):
        return _give_once(answer, status)
    if isinstance(answer, Raw):
        return web.Response(text=answer.text, status=status, content_type=answer.content_type)
    return web.Response(
        text=answer.model_dump_json(), status=status, content_type="application/json"
    )


def _give_once(answer: Download, status: int) -> web.Response:
    """Something private, that is never kept on the way nor run as a page."""
    headers = {
        "Content-Type": answer.content_type,
        "Content-Disposition": f'attachment; filename="{answer.name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=answer.content, status=status, headers=headers)


def _give(file: StoredFile) -> web.FileResponse:
    """A file with ranges. Its content never changes under its tag; it is never run as a page."""
    headers = {
        "Content-Type": file.content_type,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
    }
    response = web.FileResponse(file.path, headers=headers)
    response.etag = file.etag
    return response
