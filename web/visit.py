"""A visit: one request of somebody, as the handlers see it."""

from aiohttp import web


class Visit:
    """Who asks, and what the application holds for the answer."""

    def sign(self, response: web.Response) -> None:
        """Put on the answer what the handler wanted beside its body."""


async def receive(request: web.Request, *, is_public: bool) -> Visit:
    return Visit()
