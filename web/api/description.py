"""REST: the OpenAPI document of this API."""

from aiohttp import web

routes = web.RouteTableDef()
