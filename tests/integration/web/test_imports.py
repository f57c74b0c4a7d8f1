"""A file of clients over HTTP: uploaded, looked at, mapped, read, and its bad lines given back."""

import io

from crm_core.calls.adoption import adopt_calls
from crm_core.records.import_file import FILE_BYTES
from crm_core.records.import_runner import ImportRunner
from tests.integration.web.office import Browser, Json, Office

CSV = {"Content-Type": "text/csv"}


async def upload(browser: Browser, content: bytes) -> tuple[int, Json]:
    return await browser.ask(
        "POST",
        "/api/imports",
        params={"file_name": "база.csv"},
        data=io.BytesIO(content),
        headers=CSV,
    )


async def test_a_manager_brings_clients_in(office: Office) -> None:
    await office.hire("vera", role="manager")
    async with office.browser("vera") as vera:
        content = "Кто;Телефон\nАнна;89161234567\n=Борис;нет\n".encode("cp1251")
        status, seen = await upload(vera, content)
        assert status == 201
        assert (seen["columns"], seen["job"]["mapping"]) == (["Кто", "Телефон"], {"1": "phone"})
        path = f"/api/imports/{seen['job']['id']}"
        assert (await vera.ask("POST", f"{path}/start"))[0] == 409
        status, seen = await vera.ask("PATCH", path, {"mapping": {"0": "name", "1": "phone"}})
        assert (status, seen["bad_lines"]) == (
            200,
            [{"line": 3, "field": "phone", "reason": "this is not a phone number"}],
        )
        assert (await vera.ask("POST", f"{path}/start"))[0] == 200
        await ImportRunner(office.database, office.rights, "RU", adopt_calls).run_all()

        job = await vera.get(path)
        assert (job["state"], job["created_rows"], job["failed_rows"]) == ("done", 1, 1)
        (found,) = (await vera.get("/api/clients", q="Анна"))["items"]
        assert found["name"] == "Анна"
        _, told = await vera.ask("GET", f"{path}/problems")
        assert "3;phone;this is not a phone number;'=Борис;нет" in told["text"]
        assert [one["id"] for one in (await vera.get("/api/imports"))["items"]] == [job["id"]]


async def test_a_file_that_is_no_list_is_refused_with_the_reason(office: Office) -> None:
    await office.hire("vera", role="manager")
    async with office.browser("vera") as vera:
        for content in (b"", b"PK\x03\x04\0\0", b"x" * (FILE_BYTES + 1)):
            status, refused = await upload(vera, content)
            assert (status, refused["field"]) == (422, "file")
        assert (await vera.get("/api/imports"))["items"] == []


async def test_an_agent_brings_nobody_in(office: Office) -> None:
    await office.hire("anna")
    async with office.browser("anna") as anna:
        assert (await upload(anna, b"name\nA\n"))[0] == 403
