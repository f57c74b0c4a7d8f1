"""The demo's "call me now" button."""

from tests.integration.web.office import Office


async def test_the_demo_s_button_rings_the_asker_s_own_phone(office: Office) -> None:
    await office.hire("anna", extension="101")
    await office.hire("vera", role="supervisor")
    async with office.browser("anna") as anna, office.browser("vera") as vera:
        bare = await anna.ask("POST", "/api/demo/calls")
        chosen = await anna.ask("POST", "/api/demo/calls", {"scenario": "queue"})
        without_a_phone, _ = await vera.ask("POST", "/api/demo/calls", {})

    assert bare == chosen == (202, {"extension": "101"})
    assert office.demo_calls == [("101", None), ("101", "queue")]
    assert without_a_phone == 409
