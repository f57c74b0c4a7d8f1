"""REST: is the server alive, is it ready, and what does it measure."""

from aiohttp import web

routes = web.RouteTableDef()
