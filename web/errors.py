"""Turn every failure into problem details; here alone the core's errors get HTTP statuses."""

import logging
import secrets

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

from crm_core.calls.control import ActionUnanswered, PbxRefused, PbxUnreachable
from crm_core.kernel import errors
from crm_core.kernel.paging import InvalidCursor
from crm_core.kernel.secret_box import KeyUnusable
from web import problems
from web.problems import Problem, problem

logger = logging.getLogger(__name__)

_STATUSES: dict[type[errors.CrmError], int] = {
    errors.NotLoggedIn: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.InvalidValue: 422,
    errors.TooManyAttempts: 429,
    PbxUnreachable: 502,
    PbxRefused: 502,
    ActionUnanswered: 504,
    KeyUnusable: 503,
    errors.DatabaseBusy: 503,
    errors.DatabaseUnreachable: 503,
    errors.DatabaseUnwritable: 503,
    errors.SchemaMismatch: 503,
    problems.BadRequest: 400,
    InvalidCursor: 400,
    problems.UnsupportedMediaType: 415,
    problems.ForeignOrigin: 403,
    problems.ForeignHost: 403,
}

_AWAY = {
    KeyUnusable.code: "The server cannot use its key of the secrets. Nothing was changed.",
    errors.DatabaseBusy.code: "The database is busy for long. Nothing was changed: try again.",
    errors.DatabaseUnwritable.code: "The server cannot store anything now. Nothing was changed.",
}

_HTTP_CODES = {
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("body_too_large", "The body is larger than this server accepts."),
}


def status_of(error: type[errors.CrmError]) -> int:
    """The HTTP status for an error, by the nearest class that has one."""
    return next((_STATUSES[kind] for kind in error.__mro__ if kind in _STATUSES), 400)


def problem_of(error: errors.CrmError) -> Problem:
    """Describe an error of the core."""
    status = status_of(type(error))
    if status == 503:  # what exactly is wrong with the server is for the log alone
        logger.error("a request could not be answered: %s", error)
        return problem(status, error.code, _AWAY.get(error.code, "The database does not answer."))
    described = problem(status, error.code, str(error) or error.code)
    return described.model_copy(
        update={
            "field": getattr(error, "field", None),
            "reason": error.reason,
            "about": dict(error.about) or None,
            "present": getattr(error, "present", None),
        }
    )


@web.middleware
async def problem_details(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors as problem details; what nobody expected is logged under an id."""
    try:
        return await handler(request)
    except errors.CrmError as error:
        return _answer(error)
    except ValidationError as error:
        return problems.invalid_input(error).respond()
    except web.HTTPException as error:
        return _answer_http(error)
    except Exception:
        incident = secrets.token_hex(6)
        logger.exception("request failed, id %s: %s", incident, _route(request))
        unexpected = problem(500, "internal_error", "Something went wrong on the server.")
        return unexpected.model_copy(update={"id": incident}).respond()


def _answer(error: errors.CrmError) -> web.Response:
    response = problem_of(error).respond()
    if isinstance(error, errors.TooManyAttempts):
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, errors.NotLoggedIn):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _answer_http(error: web.HTTPException) -> web.StreamResponse:
    """aiohttp raises its answers; keep the status, and `Allow` where it is due."""
    if error.status < 400:
        return error
    code, detail = _HTTP_CODES.get(error.status, ("http_error", error.reason))
    response = problem(error.status, code, detail).respond()
    if allowed := error.headers.get("Allow"):
        response.headers["Allow"] = allowed
    return response


def _route(request: web.Request) -> str:
    """The pattern, not the address: an address may hold a phone number."""
    resource = request.match_info.route.resource
    return f"{request.method} {resource.canonical if resource else 'unknown'}"
