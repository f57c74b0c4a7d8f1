"""An administrator's office over HTTP: people come, change, forget their password, and leave."""

import asyncio
from uuid import UUID

from crm_core.access.teams import DEFAULT_TEAM_ID
from crm_core.access.users import set_password
from tests.integration.web.office import PASSWORD, Json, Office
from tests.integration.web.push_tab import open_tab
from tests.patience import PATIENCE_SECONDS


async def test_a_new_colleague_chooses_a_password_before_anything_else(office: Office) -> None:
    await office.hire("chief", role="admin")
    async with office.browser("chief") as chief, office.browser() as anna:
        phones = [{"extension": "101"}]
        new = {"login": "anna", "name": "Анна", "role": "agent", "phones": phones}
        status, issued = await chief.ask("POST", "/api/users", new)
        assert status == 201

        status, session = await anna.log_in("anna", issued["password"])
        assert (status, session["user"]["must_change_password"]) == (200, True)
        status, refused = await anna.ask("GET", "/api/clients")
        assert (status, refused["code"]) == (403, "password_must_change")
        change = {"current": issued["password"], "new": "a word of my own"}
        assert (await anna.ask("PUT", "/api/users/me/password", change))[0] == 204

        assert (await anna.get("/api/session"))["user"]["must_change_password"] is False
        assert (await anna.get("/api/clients"))["items"] == []


async def test_a_reset_password_and_another_role_end_everything_that_is_open(
    office: Office,
) -> None:
    await office.hire("chief", role="admin")
    anna_id = await office.hire("anna", extension="101")
    async with office.browser("chief") as chief:
        ways: list[tuple[str, str, Json | None]] = [
            ("POST", f"/api/users/{anna_id}/password", None),
            ("PATCH", f"/api/users/{anna_id}", {"role": "manager"}),
            ("PATCH", f"/api/users/{anna_id}", {"is_active": False}),
        ]
        for method, path, body in ways:
            async with office.browser() as anna:
                async with office.database.write() as unit:
                    hashed = await office.passwords.hash(PASSWORD)
                    await set_password(unit, anna_id, hashed, by=None)
                await anna.log_in("anna")
                token = await office.make_token(anna_id)
                if body is not None:
                    body["version"] = (await chief.get(path))["version"]
                async with open_tab(office, anna) as tab, office.program(token) as program:
                    assert (await chief.ask(method, path, body))[0] in (200, 204)
                    await asyncio.wait_for(tab.close_code(), PATIENCE_SECONDS)
                    assert (await anna.ask("GET", "/api/session"))[0] == 401
                    assert (await program.ask("GET", "/api/clients"))[0] == 401


async def test_who_owns_clients_leaves_by_handing_them_over(office: Office) -> None:
    await office.hire("chief", role="admin")
    anna_id, boris_id = await office.hire("anna"), await office.hire("boris")
    async with office.browser("anna") as anna:
        _, client = await anna.ask("POST", "/api/clients", {"name": "Орлов"})
    async with office.browser("chief") as chief:
        path = f"/api/users/{anna_id}"
        assert await chief.get(f"{path}/belongings") == {"clients": 1, "deals": 0, "tasks": 0}
        status, refused = await chief.ask("PATCH", path, {"version": 1, "is_active": False})
        assert (status, refused["field"]) == (422, "hand_over_to")
        body = {"version": 1, "is_active": False, "hand_over_to": str(boris_id)}
        status, left = await chief.ask("PATCH", path, body)
        assert (status, left["is_active"]) == (200, False)
        found = await chief.get(f"/api/clients/{client['id']}")
        assert found["owner"]["id"] == str(boris_id)


async def test_of_two_who_change_an_account_the_second_is_told(office: Office) -> None:
    await office.hire("chief", role="admin")
    anna_id = await office.hire("anna")
    async with office.browser("chief") as chief:
        path = f"/api/users/{anna_id}"
        status, changed = await chief.ask("PATCH", path, {"version": 1, "name": "Анна"})
        assert (status, changed["version"]) == (200, 2)

        status, refused = await chief.ask("PATCH", path, {"version": 1, "name": "Аня"})

        assert (status, refused["code"]) == (409, "conflict")
        assert (await chief.get(path))["name"] == "Анна"


async def test_who_is_hired_without_a_zone_follows_the_office(office: Office) -> None:
    await office.hire("chief", role="admin")
    async with office.browser("chief") as chief:
        new = {"login": "anna", "name": "Анна", "role": "agent"}
        _, issued = await chief.ask("POST", "/api/users", new)
        move = {"version": 1, "time_zone": "Asia/Omsk"}
        assert (await chief.ask("PATCH", "/api/office", move))[0] == 200

        path = f"/api/users/{issued['user_id']}"
        seen = await chief.get(path)
        assert (seen["time_zone"], seen["has_own_time_zone"]) == ("Asia/Omsk", False)
        own = {"version": seen["version"], "time_zone": "Europe/Samara"}
        _, seen = await chief.ask("PATCH", path, own)
        assert (seen["time_zone"], seen["has_own_time_zone"]) == ("Europe/Samara", True)


async def test_a_taken_extension_says_who_sits_there(office: Office) -> None:
    await office.hire("chief", role="admin")
    await office.hire("anna", extension="101")
    boris_id = await office.hire("boris")
    async with office.browser("chief") as chief:
        body = {"version": 1, "phones": [{"pbx": "main", "extension": "101"}]}
        status, refused = await chief.ask("PATCH", f"/api/users/{boris_id}", body)

    assert status == 409
    assert "Anna" in refused["detail"]


async def test_a_team_comes_and_goes_and_the_audit_tells_both(office: Office) -> None:
    await office.hire("chief", role="admin")
    async with office.browser("chief") as chief:
        _, team = await chief.ask("POST", "/api/teams", {"name": "Сервис"})
        await office.hire("anna", team_id=UUID(team["id"]))
        listed = {one["name"]: one["people"] for one in (await chief.get("/api/teams"))["items"]}
        assert listed["Сервис"] == 1
        path = f"/api/teams/{team['id']}/dissolve"
        assert (await chief.ask("POST", path, {"into": str(DEFAULT_TEAM_ID)}))[0] == 204
        audit = await chief.get("/api/audit", object="team", limit="2")

    told = [(one["action"], one["by"]["name"]) for one in audit["items"]]
    assert told == [("team.deleted", "Chief"), ("team.created", "Chief")]


async def test_the_audit_is_for_administrators_alone(office: Office) -> None:
    for role in ("agent", "manager", "supervisor"):
        await office.hire(role, role=role)
        async with office.browser(role) as browser:
            assert (await browser.ask("GET", "/api/audit"))[0] == 403
            assert (await browser.ask("GET", "/api/users/accounts"))[0] == 403
