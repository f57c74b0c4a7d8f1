"""Problem details (RFC 9457): the one shape in which anything that went wrong is answered."""

from http import HTTPStatus

from aiohttp import web
from pydantic import BaseModel, Field, ValidationError

from crm_core.kernel.errors import CrmError

CONTENT_TYPE = "application/problem+json"


class Fault(BaseModel):
    """One value that cannot be accepted."""

    field: str = Field(description="Dotted path of the value as the caller wrote it.")
    message: str


class Problem(BaseModel):
    """What went wrong. Programs compare `code`, which is stable; `detail` is for people."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    reason: str | None = Field(
        default=None, description="A stable word for what was refused, finer than `code`."
    )
    about: dict[str, str | int] | None = Field(
        default=None, description="Names and figures that belong to `reason`."
    )
    errors: list[Fault] | None = Field(default=None, description="Every value at fault.")
    present: str | None = Field(
        default=None, description="On a conflict over a text: the text as it is now."
    )
    id: str | None = Field(default=None, description="Names the entry in the server's log.")

    def respond(self) -> web.Response:
        """Make the HTTP answer."""
        body = self.model_dump_json(exclude_none=True)
        return web.Response(text=body, status=self.status, content_type=CONTENT_TYPE)


def problem(status: int, code: str, detail: str) -> Problem:
    """Name a problem; the title is the phrase that HTTP has for the status."""
    return Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, code=code)


class BadRequest(CrmError):
    """The request itself is malformed; the message says how."""

    code = "malformed"


class UnsupportedMediaType(CrmError):
    """A change arrived as something else than JSON."""

    code = "unsupported_media_type"


class ForeignOrigin(CrmError):
    """A change was asked for by a page that is not ours."""

    code = "foreign_origin"


class ForeignHost(CrmError):
    """The request names a host that this server does not answer for."""

    code = "foreign_host"


def invalid_input(error: ValidationError) -> Problem:
    """Say which values were refused and why, never the values themselves."""
    if any(fault["type"] == "json_invalid" for fault in error.errors(include_input=False)):
        return problem(400, BadRequest.code, "The body is not JSON.")
    faults = [
        Fault(field=".".join(str(part) for part in fault["loc"]), message=fault["msg"])
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    named = problem(422, "invalid_value", faults[0].message)
    return named.model_copy(update={"field": faults[0].field, "errors": faults})
