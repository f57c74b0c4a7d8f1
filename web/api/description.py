"""REST: the OpenAPI document of this API."""

import json
from functools import cache

from aiohttp import web

from web.operations import Raw, operation
from web.visit import Visit

routes = web.RouteTableDef()


@routes.get("/api/openapi.json")
@operation(is_public=True)
async def get_openapi(visit: Visit) -> Raw:
    """Describe the API; nothing in it is secret."""
    return Raw(_document(), "application/json")


@cache
def _document() -> str:
    from web.openapi import document  # it walks over these very routes

    return json.dumps(document(), ensure_ascii=False)
