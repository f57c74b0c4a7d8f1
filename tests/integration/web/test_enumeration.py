"""T12: looking numbers up tells nothing of clients whom one may not see, and has an end."""

from uuid import uuid4

import pytest
from sqlmodel import col, update

from crm_core.access.tables import User
from crm_core.access.teams import add_team
from crm_core.kernel.errors import TooManyAttempts
from tests.integration.web.office import Office
from web.look_up_limit import AT_ONCE, PER_SECOND, LookUpLimit

FORBIDDEN = "+79165550001"


async def with_a_foreign_client(office: Office) -> str:
    """A client of another team, with a number that is nobody else's."""
    stranger = await office.hire("vera")
    async with office.database.write() as unit:
        team = await add_team(unit, "Other")
        await unit.session.flush()
        await unit.session.exec(
            update(User).where(col(User.id) == stranger).values(team_id=team.id)
        )
    async with office.browser("vera") as browser:
        body = {"name": "Тайный Клиент", "phones": [{"number": FORBIDDEN}]}
        _, client = await browser.ask("POST", "/api/clients", body)
    return str(client["id"])


MOST = AT_ONCE // 2 - 1  # pairs before the limit, which both kinds share


@pytest.mark.parametrize("count", [20, pytest.param(MOST, marks=pytest.mark.torture)])
async def test_a_forbidden_number_and_an_unknown_one_are_answered_alike(
    office: Office, count: int
) -> None:
    await with_a_foreign_client(office)
    await office.hire("anna")
    async with office.browser("anna") as browser:
        for number in range(count):
            forbidden = await browser.ask("GET", "/api/clients", params={"phone": FORBIDDEN})
            unknown = await browser.ask(
                "GET", "/api/clients", params={"phone": f"+7916555{number % 9_000 + 1_000}"}
            )
            assert forbidden == unknown == (200, {"items": [], "next_cursor": None})


@pytest.mark.parametrize("question", ["5550001", "Тайный", "тайн", FORBIDDEN, "Клиент"])
async def test_no_part_of_a_forbidden_client_is_found(office: Office, question: str) -> None:
    await with_a_foreign_client(office)
    await office.hire("anna")
    async with office.browser("anna") as browser:
        found = await browser.get("/api/clients", q=question)

    assert found == {"items": [], "next_cursor": None}


async def test_by_its_id_a_forbidden_client_is_as_unknown_as_any(office: Office) -> None:
    client_id = await with_a_foreign_client(office)
    await office.hire("anna")
    async with office.browser("anna") as browser:
        for path, method, body in (
            ("/api/clients/{}", "GET", None),
            ("/api/clients/{}/timeline", "GET", None),
            ("/api/clients/{}", "PATCH", {"version": 1, "city": "Тула"}),
            ("/api/clients/{}/phones", "POST", {"number": "84951112233"}),
        ):
            forbidden = await browser.ask(method, path.format(client_id), body)
            unknown = await browser.ask(method, path.format(uuid4()), body)
            assert forbidden == unknown
            assert forbidden[0] == 404
        noted = await browser.ask("POST", "/api/notes", {"on": client_id, "text": "x"})
        assert noted[0] == 404


async def test_without_a_session_nothing_is_looked_up(office: Office) -> None:
    async with office.program() as program:
        status, _ = await program.ask("GET", "/api/clients", params={"phone": FORBIDDEN})

    assert status == 401


def test_one_user_s_look_ups_have_an_end_and_come_back_with_time() -> None:
    now = 0.0
    limit = LookUpLimit(lambda: now)
    anna, boris = uuid4(), uuid4()

    for _ in range(AT_ONCE):
        limit.count(anna)
    with pytest.raises(TooManyAttempts) as refusal:
        limit.count(anna)
    limit.count(boris)
    now += 1 / PER_SECOND
    limit.count(anna)

    assert refusal.value.retry_after_seconds == 1
