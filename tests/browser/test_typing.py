"""A popup never takes the focus, never eats a letter; keys go by their place, not by the layout."""

import pytest
from playwright.async_api import expect

from tests.allo_process import ANNA
from tests.asterisk.office import Office
from tests.asterisk.scenarios import phones_of
from tests.browser.conftest import Screens

pytestmark = [pytest.mark.asterisk, pytest.mark.browser]

KEYS = 200
POPUPS = 10
TEXT = ("Просит счёт на двадцать кресел, доставка во вторник до обеда, звонить Ирине. " * 3)[:KEYS]


async def test_two_hundred_keys_during_ten_popups_arrive_as_typed(
    screens: Screens, office: Office
) -> None:
    (phone,) = await phones_of(office, "101")
    (anna,) = await screens(ANNA)
    call = await office.trunk.call("74950000101", caller="+79160130001")
    await (await phone.ringing()).answer()
    await call.up()
    await anna.api.post(
        "/api/clients",
        {"kind": "person", "name": "Ирина Котова"}
        | {"phones": [{"number": "+79160130001", "label": "mobile"}]},
    )
    client = (await anna.api.items("/api/clients", phone="+79160130001"))[0]
    await anna.go(f"/clients/{client['id']}")
    await anna.note.focus()

    step = KEYS // POPUPS
    for popup in range(POPUPS):
        part = TEXT[popup * step : (popup + 1) * step]
        await anna.page.keyboard.type(part[: step // 2])
        await office.trunk.call("74950000101", caller=f"+7916013{popup:02}99", name="Кто-то")
        ring = await phone.ringing()
        await anna.page.keyboard.type(part[step // 2 :])
        await expect(anna.popup).to_contain_text(f"+7 916 013-{popup:02}-99")
        await expect(anna.note).to_be_focused()
        await ring.decline()

    await expect(anna.note).to_have_value(TEXT)
    await expect(anna.note).to_be_focused()
    await expect(anna.page.get_by_text("Сохранено")).to_be_visible()
    (live,) = await anna.api.items("/api/calls", number="+79160130001")
    assert live["note"] == TEXT
    assert anna.troubles == []


@pytest.mark.parametrize("layout", ["ru", "en"])
async def test_keys_work_by_their_place_in_both_layouts(
    screens: Screens, office: Office, layout: str
) -> None:
    letters = {"ru": {"KeyK": "л", "KeyG": "п", "KeyC": "с"}, "en": {}}[layout]

    def key(code: str) -> str:
        return letters.get(code, code.removeprefix("Key").lower())

    (phone,) = await phones_of(office, "101")
    (anna,) = await screens(ANNA)
    assert await anna.press_physical("KeyK", key("KeyK"), ctrlKey=True)
    search = anna.page.get_by_role("dialog").get_by_role("textbox")
    await expect(search.or_(anna.page.get_by_role("combobox")).first).to_be_focused()
    await anna.page.keyboard.press("Escape")

    await anna.press_physical("KeyG", key("KeyG"))
    await anna.press_physical("KeyC", key("KeyC"))
    await anna.page.wait_for_url("**/clients")

    client = await anna.api.post(
        "/api/clients",
        {"kind": "person", "name": f"Клавиша {layout}"}
        | {"phones": [{"number": f"+7916013000{len(letters)}", "label": "mobile"}]},
    )
    await office.trunk.call("74950000101", caller=f"+7916013000{len(letters)}")
    await phone.ringing()
    await expect(anna.popup).to_contain_text(f"Клавиша {layout}")
    await anna.press_physical("F2", "F2")
    await anna.page.wait_for_url(f"**/clients/{client['id']}")
