"""REST: one file a noun. Each holds its models, its handlers, and a table of routes."""

from collections.abc import Sequence

from aiohttp import web

from web.api import (
    accounts,
    agents,
    audit,
    board,
    calls,
    clients,
    deals,
    demo,
    description,
    dispositions,
    gaps,
    health,
    ignored_numbers,
    imports,
    notes,
    office,
    pbx_links,
    pbx_tests,
    phone_check,
    pipelines,
    queue_settings,
    recordings,
    session,
    setup,
    tasks,
    teams,
    timeline,
    users,
)


def route_tables() -> Sequence[web.RouteTableDef]:
    """Every route of the API; the demo's too, which other servers do not have."""
    return (
        session.routes,
        setup.routes,
        users.routes,
        accounts.routes,
        teams.routes,
        audit.routes,
        clients.routes,
        imports.routes,
        timeline.routes,
        notes.routes,
        pipelines.routes,
        recordings.routes,
        deals.routes,
        tasks.routes,
        calls.routes,
        dispositions.routes,
        queue_settings.routes,
        ignored_numbers.routes,
        office.routes,
        pbx_links.routes,
        pbx_tests.routes,
        phone_check.routes,
        agents.routes,
        board.routes,
        gaps.routes,
        description.routes,
        health.routes,
        demo.routes,
    )
