"""PBX links over HTTP: an administrator keeps them, and no answer holds a secret (T28)."""

import logging

import pytest

from crm_core.calls.pbx.desk import LinkStanding
from crm_core.calls.pbx.report import Endpoint
from crm_core.calls.pbx.settings import PbxSettings
from tests.integration.web.office import Browser, Json, Office

SECRET = "planted-and-quiet"
LINK: Json = {"name": "main", "host": "10.0.0.5", "username": "allo", "secret": SECRET}

ANNAS_PHONE = Endpoint(
    name="101", technology="PJSIP", extension="101", title="Анна", is_registered=True
)


async def made(browser: Browser, **values: object) -> Json:
    status, link = await browser.ask("POST", "/api/pbx-links", {**LINK, **values})
    assert status == 201, link
    return link


async def test_a_link_is_kept_shown_changed_and_removed(office: Office) -> None:
    await office.hire("chief", role="admin")
    office.desk.standings["main"] = LinkStanding(state="refused", reason="no", since=None)
    async with office.browser("chief") as chief:
        link = await made(chief, trunks=["PJSIP/provider"])
        assert (link["state"], link["reason"], link["version"]) == ("refused", "no", 1)
        found = await chief.get("/api/pbx-links")
        assert (found["items"], found["is_fixed"]) == ([link], False)

        path = f"/api/pbx-links/{link['id']}"
        status, changed = await chief.ask("PATCH", path, {"version": 1, "is_enabled": False})
        assert (status, changed["is_enabled"], changed["version"]) == (200, False, 2)
        status, problem = await chief.ask("PATCH", path, {"version": 1, "port": 5039})
        assert (status, problem["code"]) == (409, "conflict")
        assert (await chief.ask("DELETE", path))[0] == 204
        assert (await chief.get("/api/pbx-links"))["items"] == []
    assert office.desk.asked == 3


async def test_no_answer_no_log_and_no_audit_holds_a_secret(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.hire("chief", role="admin")
    said = []
    with caplog.at_level(logging.DEBUG):
        async with office.browser("chief") as chief:
            link = await made(chief)
            said.append(link)
            path = f"/api/pbx-links/{link['id']}"
            asked = (
                ("PATCH", path, {"version": 1, "secret": f"{SECRET}-anew"}),
                ("PATCH", path, {"version": 1, "secret": f"{SECRET}\r\n"}),
                ("POST", "/api/pbx-links", LINK),
                ("POST", "/api/pbx-links", {**LINK, "name": "south", "port": 0}),
                ("POST", "/api/pbx-links", {**LINK, "name": "x", "secret": SECRET * 100}),
                ("POST", "/api/pbx-links", {**LINK, "name": "x", "secret": [SECRET]}),
                ("GET", "/api/pbx-links", None),
                ("GET", "/api/audit", None),
            )
            for method, where, body in asked:
                said.append((await chief.ask(method, where, body))[1])

    assert "planted" not in repr(said)
    assert "planted" not in caplog.text
    assert "sealed" not in repr(said)


RECORDS = "mysql://freepbx:planted-too@10.0.0.5/asteriskcdrdb"
HIDDEN = "mysql://freepbx:***@10.0.0.5/asteriskcdrdb"


async def test_where_the_call_records_lie_is_shown_without_the_password(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.hire("chief", role="admin")
    said = []
    with caplog.at_level(logging.DEBUG):
        async with office.browser("chief") as chief:
            link = await made(chief, call_records=RECORDS)
            assert link["call_records"] == HIDDEN
            path = f"/api/pbx-links/{link['id']}"
            changes = (
                {"version": 1, "call_records": HIDDEN, "username": "crm"},
                {"version": 2, "call_records": "mysql://x:planted-too@/"},
                {"version": 2, "call_records": "relative/Master.csv"},
            )
            said += [(await chief.ask("PATCH", path, change))[1] for change in changes]
            said.append(await chief.get("/api/pbx-links"))
            said.append(await chief.get("/api/audit"))
    assert said[0]["call_records"] == HIDDEN
    assert [told["code"] for told in said[1:3]] == ["invalid_value", "invalid_value"]
    assert "planted" not in repr(said) + caplog.text


async def test_call_records_are_a_file_or_nothing_again(office: Office) -> None:
    await office.hire("chief", role="admin")
    async with office.browser("chief") as chief:
        link = await made(chief)
        assert link["call_records"] == ""
        path = f"/api/pbx-links/{link['id']}"
        for version, where in ((1, "/var/log/asterisk/cdr-csv/Master.csv"), (2, "")):
            body = {"version": version, "call_records": where}
            status, changed = await chief.ask("PATCH", path, body)
            assert (status, changed["call_records"]) == (200, where)


async def test_a_refused_value_is_named_and_nothing_is_kept(office: Office) -> None:
    await office.hire("chief", role="admin")
    async with office.browser("chief") as chief:
        for field, value in (("extension_pattern", "(a+)+"), ("host", "a b"), ("region", "ZZ")):
            status, problem = await chief.ask("POST", "/api/pbx-links", {**LINK, field: value})
            assert (status, problem["code"], problem["field"]) == (422, "invalid_value", field)
        assert (await chief.get("/api/pbx-links"))["items"] == []
    assert office.desk.asked == 0


async def test_a_name_with_a_tape_is_for_good(office: Office) -> None:
    await office.hire("chief", role="admin")
    office.desk.taped.add("main")
    async with office.browser("chief") as chief:
        link = await made(chief)
        path = f"/api/pbx-links/{link['id']}"
        status, problem = await chief.ask("PATCH", path, {"version": 1, "name": "north"})

    assert (status, problem["code"]) == (409, "pbx_link_in_use")


async def test_links_of_the_servers_settings_are_shown_and_not_changed(office: Office) -> None:
    await office.hire("chief", role="admin")
    office.desk.fixed = [PbxSettings.model_validate({"name": "main", "secret": SECRET})]
    async with office.browser("chief") as chief:
        found = await chief.get("/api/pbx-links")
        (link,) = found["items"]
        path = f"/api/pbx-links/{link['id']}"
        answers = [
            await chief.ask("POST", "/api/pbx-links", LINK),
            await chief.ask("PATCH", path, {"version": 1, "port": 1}),
            await chief.ask("DELETE", path),
        ]

    assert (found["is_fixed"], link["name"], link["state"]) == (True, "main", "off")
    assert {(status, answer["code"]) for status, answer in answers} == {
        (409, "pbx_links_set_in_settings")
    }
    assert "planted" not in repr((found, answers))


async def test_only_an_administrator_sees_links(office: Office) -> None:
    for role in ("agent", "manager", "supervisor"):
        await office.hire(role, role=role)
        async with office.browser(role) as browser:
            assert (await browser.ask("GET", "/api/pbx-links"))[0] == 403
            assert (await browser.ask("POST", "/api/pbx-links", LINK))[0] == 403


async def test_a_link_is_tried_before_it_is_saved_and_after(office: Office) -> None:
    await office.hire("chief", role="admin")
    await office.hire("anna", extension="101")
    office.probe.known = [ANNAS_PHONE]
    async with office.browser("chief") as chief:
        unsaved = {"host": "10.0.0.9", "secret": SECRET}
        status, report = await chief.ask("POST", "/api/pbx-links/test", unsaved)
        assert (status, report["is_well"], report["ami_version"]) == (200, True, "11.0.0")
        assert [step["code"] for step in report["steps"]] == ["reached"]
        assert report["endpoints"][0]["user"]["name"] == "Anna"

        link = await made(chief)
        again = {"link_id": link["id"], "username": "crm"}
        assert (await chief.ask("POST", "/api/pbx-links/test", again))[0] == 200
        seen = await chief.get(f"/api/pbx-links/{link['id']}/endpoints")
        assert [one["extension"] for one in seen["items"]] == ["101"]
    tried = [(one.host, one.username, one.secret.get_secret_value()) for one in office.probe.tried]
    assert tried == [
        ("10.0.0.9", "allo", SECRET),
        ("10.0.0.5", "crm", SECRET),
        ("10.0.0.5", "allo", SECRET),
    ]


async def test_a_kept_secret_is_tried_at_no_other_address(office: Office) -> None:
    await office.hire("chief", role="admin")
    async with office.browser("chief") as chief:
        link = await made(chief)
        for body in ({"host": "evil.example.org"}, {"port": 5039}):
            status, problem = await chief.ask(
                "POST", "/api/pbx-links/test", {"link_id": link["id"], **body}
            )
            assert (status, problem["field"]) == (422, "secret")
        assert (await chief.ask("POST", "/api/pbx-links/test", {}))[1]["field"] == "secret"
    assert office.probe.tried == []


async def test_a_number_is_explained_as_a_ring_would_read_it(office: Office) -> None:
    await office.hire("chief", role="admin")
    await office.hire("anna", extension="101")
    office.desk.followed = [PbxSettings.model_validate({"secret": SECRET, "trunks": ["PJSIP/pr"]})]
    async with office.browser("chief") as chief:
        phones = [{"number": "8 (343) 288-14-07"}]
        status, client = await chief.ask(
            "POST", "/api/clients", {"name": "Орлов", "phones": phones}
        )
        assert status == 201
        await chief.ask("POST", "/api/ignored-numbers", {"number": "8916", "is_prefix": True})

        async def told(number: str) -> Json:
            return (await chief.ask("POST", "/api/numbers/explain", {"number": number}))[1]

        landline = await told("83432881407")
        assert (landline["number"], landline["formatted"]) == ("+73432881407", "+7 343 288-14-07")
        assert (landline["kind"], landline["finding"]) == ("outside", "one")
        assert landline["clients"] == [{"id": client["id"], "name": "Орлов"}]
        assert "Свердловская" in landline["place"]
        assert (await told("89161234567"))["ignored"]["number"] == "+7916"
        ours = await told("101")
        assert (ours["kind"], ours["extension"], ours["user_name"]) == ("extension", "101", "Anna")
        assert [(await told(each))["kind"] for each in ("anonymous", "PJSIP/pr-1", "112233")] == [
            "withheld",
            "trunk",
            "short",
        ]
        assert (await told("1122334455@x"))["finding"] == "none"


async def test_a_phone_of_ours_is_rung_and_nothing_else(office: Office) -> None:
    await office.hire("chief", role="admin")
    await office.hire("anna", extension="101")
    async with office.browser("chief") as chief, office.browser("anna") as anna:
        path = f"/api/pbx-links/{(await made(chief))['id']}/test-ring"
        status, told = await chief.ask("POST", path, {"extension": "101"})
        assert (status, told["outcome"], told["user"]["name"]) == (200, "not_rung", "Anna")
        assert told["has_screen"] is False
        for extension in ("101&PJSIP/provider", "101@x", "89161234567", "101\r\nAction: x", ""):
            status, problem = await chief.ask("POST", path, {"extension": extension})
            assert (status, problem["field"]) == (422, "extension")
        assert (await anna.ask("POST", path, {"extension": "101"}))[0] == 403
    assert [order.endpoint for _pbx, order in office.control.orders] == ["PJSIP/101"]
