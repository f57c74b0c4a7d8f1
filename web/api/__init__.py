"""REST: one file a noun. Each holds its models, its handlers, and a table of routes."""

from collections.abc import Sequence

from aiohttp import web

from web.api import (
    agents,
    calls,
    clients,
    demo,
    description,
    dispositions,
    gaps,
    health,
    notes,
    session,
    timeline,
    users,
)


def route_tables() -> Sequence[web.RouteTableDef]:
    """Every route of the API; the demo's too, which other servers do not have."""
    return (
        session.routes,
        users.routes,
        clients.routes,
        timeline.routes,
        notes.routes,
        calls.routes,
        dispositions.routes,
        agents.routes,
        gaps.routes,
        description.routes,
        health.routes,
        demo.routes,
    )
