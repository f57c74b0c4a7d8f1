"""Shared desks: who comes sits down, and the one who sat there before is told."""

from uuid import UUID

import pytest

from crm_core.kernel.clock import utc_now
from tests.integration.web.office import Office
from tests.integration.web.push_tab import open_tab
from tests.integration.web.random_calls import a_call, answer, ring

DESK = {"pbx": "main", "extension": "104"}


@pytest.fixture
async def people(office: Office) -> dict[str, UUID]:
    """Anna and Boris have no phone of their own, Vera has; 104 is shared."""
    people = {
        "anna": await office.hire("anna"),
        "boris": await office.hire("boris"),
        "vera": await office.hire("vera", extension="103"),
        "olga": await office.hire("olga", role="admin"),
    }
    async with office.browser("olga") as browser:
        status, _ = await browser.ask("POST", "/api/shared-desks", DESK)
        assert status == 204
    return people


async def test_whoever_sits_down_last_gets_the_calls_and_the_other_is_told(
    office: Office, people: dict[str, UUID]
) -> None:
    async with (
        office.browser("anna") as hers,
        office.browser("boris") as his,
        open_tab(office, hers) as tab,
        open_tab(office, his) as other,
    ):
        assert [(await one.frame())["type"] for one in (tab, other)] == ["snapshot"] * 2
        status, me = await hers.ask("PUT", "/api/users/me/phone", DESK)
        assert (status, me["extensions"]) == (200, [DESK])
        await office.tell(ring(a_call(1, number="79160000001", queue=None), "104"), extension="104")
        assert (await tab.frame())["type"] == "call.ringing"

        status, problem = await his.ask("PUT", "/api/users/me/phone", DESK)
        assert (status, problem["reason"]) == (409, "desk_in_use")
        await office.tell(answer(ring(a_call(1, number="79160000001", queue=None), "104"), "104"))
        status, problem = await his.ask("PUT", "/api/users/me/phone", DESK)
        assert (status, problem["reason"]) == (409, "desk_in_use")
        assert office.directory.user_at("main", "104") == people["anna"]


async def test_a_desk_is_taken_over_at_once(office: Office, people: dict[str, UUID]) -> None:
    async with (
        office.browser("anna") as hers,
        office.browser("boris") as his,
        open_tab(office, hers) as tab,
        open_tab(office, his) as other,
    ):
        assert [(await one.frame())["type"] for one in (tab, other)] == ["snapshot"] * 2
        await hers.ask("PUT", "/api/users/me/phone", DESK)
        status, me = await his.ask("PUT", "/api/users/me/phone", DESK)
        assert (status, me["extensions"]) == (200, [DESK])
        told = await tab.frame()
        assert (told["type"], told["extension"], told["by_name"]) == ("phone.taken", "104", "Boris")
        call = ring(a_call(1, number="79160000001", queue=None, at=utc_now()), "104")
        await office.tell(call, extension="104")
        assert (await other.frame())["type"] == "call.ringing"

        (desk,) = (await hers.get("/api/shared-desks"))["items"]
        assert (desk["user_id"], desk["user_name"]) == (str(people["boris"]), "Boris")
        await his.ask("DELETE", "/api/users/me/phone")
        assert office.directory.user_at("main", "104") is None


async def test_only_shared_phones_can_be_taken_and_by_who_has_none_there(
    office: Office, people: dict[str, UUID]
) -> None:
    async with office.browser("anna") as hers, office.browser("vera") as other:
        status, problem = await hers.ask(
            "PUT", "/api/users/me/phone", {"pbx": "main", "extension": "103"}
        )
        assert (status, problem["reason"]) == (422, "desk_not_shared")
        status, problem = await other.ask("PUT", "/api/users/me/phone", DESK)
        assert (status, problem["reason"]) == (409, "has_own_phone")
        await other.ask("DELETE", "/api/users/me/phone")
        assert office.directory.user_at("main", "103") == people["vera"]


async def test_at_one_pbx_nobody_sits_at_two_desks(office: Office, people: dict[str, UUID]) -> None:
    second = {"pbx": "main", "extension": "105"}
    async with office.browser("olga") as browser:
        await browser.ask("POST", "/api/shared-desks", second)
        status, problem = await browser.ask("POST", "/api/shared-desks", second)
        assert (status, problem["reason"]) == (409, "desk_shared")
    async with office.browser("anna") as browser:
        await browser.ask("PUT", "/api/users/me/phone", DESK)
        _, me = await browser.ask("PUT", "/api/users/me/phone", second)
        assert me["extensions"] == [second]
    async with office.browser("olga") as browser:
        status, _ = await browser.ask("DELETE", "/api/shared-desks/main/105")
        assert status == 204
    async with office.browser("boris") as browser:
        status, _ = await browser.ask("PUT", "/api/users/me/phone", second)
        assert status == 422
    assert office.directory.user_at("main", "105") == people["anna"]
