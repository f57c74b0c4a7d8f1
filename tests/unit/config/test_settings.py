import json
from pathlib import Path

import pytest

from config.settings import SettingsInvalid, is_loopback, load_settings

PLANTED = "planted-secret-42"


def pbx(**changes: object) -> str:
    return json.dumps([{"name": "main", "username": "allo", "secret": PLANTED, **changes}])


def fault() -> str:
    """What the start says of the settings as they are, in one line."""
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    text = str(caught.value)
    assert "\n" not in text
    assert PLANTED not in text
    return text


def test_without_any_setting_allo_serves_on_loopback_with_its_own_database() -> None:
    settings = load_settings()

    assert (settings.web.host, settings.web.port, settings.push.port) == ("127.0.0.1", 8080, 8081)
    assert settings.database == f"sqlite:///{Path('data').resolve()}/allo.sqlite3"
    assert settings.tape_directory == Path("data/tape")
    assert settings.pbx == ()


def test_the_environment_wins_over_the_file_key_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("allo.toml").write_text('phone_region = "KZ"\n[web]\nport = 9000\nhost = "127.0.0.2"\n')
    monkeypatch.setenv("ALLO_WEB__PORT", "9001")

    settings = load_settings()

    assert (settings.web.port, settings.web.host) == (9001, "127.0.0.2")
    assert settings.phone_region == "KZ"


def test_another_file_may_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text("[push]\nport = 9100\n")
    monkeypatch.setenv("ALLO_CONFIG", str(other))

    assert load_settings().push.port == 9100


def test_pbx_links_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLO_PBX", pbx(port=5039, trunks=["PJSIP/provider"], region="BY"))

    (link,) = load_settings().pbx

    assert (link.name, link.port, link.region) == ("main", 5039, "BY")
    assert link.trunks == ("PJSIP/provider",)
    assert link.secret.get_secret_value() == PLANTED


def test_pbx_links_are_read_from_the_file() -> None:
    Path("allo.toml").write_text(f'[[pbx]]\nname = "south"\nsecret = "{PLANTED}"\n')

    assert [link.name for link in load_settings().pbx] == ["south"]


def test_secrets_do_not_show_in_what_the_settings_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLO_PBX", pbx())
    monkeypatch.setenv("ALLO_DATABASE_URL", f"postgresql://allo:{PLANTED}@127.0.0.1/allo")

    assert PLANTED not in repr(load_settings())


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("ALLO_WEB__PORT", "eighty", "ALLO_WEB__PORT"),
        ("ALLO_WEB__PORT", "70000", "ALLO_WEB__PORT"),
        ("ALLO_PUSH__PORT", "-1", "ALLO_PUSH__PORT"),
        ("ALLO_WEB__PUBLIC_URL", "crm.example.org", "ALLO_WEB__PUBLIC_URL"),
        ("ALLO_WEB__PUBLIC_URL", "https://crm.example.org/allo", "ALLO_WEB__PUBLIC_URL"),
        ("ALLO_WEB__TRUSTED_PROXIES", '["nginx"]', "ALLO_WEB__TRUSTED_PROXIES"),
        ("ALLO_WEB__TRUSTED_PROXIES", "10.0.0.1", "ALLO_WEB__TRUSTED_PROXIES"),
        ("ALLO_PUSH__PUBLIC_URL", "https://crm.example.org", "ALLO_PUSH__PUBLIC_URL"),
        ("ALLO_DATABASE_URL", f"mysql://allo:{PLANTED}@127.0.0.1/allo", "ALLO_DATABASE_URL"),
        ("ALLO_DATABASE_URL", "sqlite:///", "ALLO_DATABASE_URL"),
        ("ALLO_PHONE_REGION", "Russia", "ALLO_PHONE_REGION"),
        ("ALLO_LOG_LEVEL", "LOUD", "ALLO_LOG_LEVEL"),
        ("ALLO_PHONE_REGION", "ZZ", "ALLO_PHONE_REGION"),
        ("ALLO_WEB__TRUSTED_PROXIES", f'["{PLANTED}"]', "ALLO_WEB__TRUSTED_PROXIES[0]: must be"),
        ("ALLO_WEB", "80", "ALLO_WEB: must be"),
        ("ALLO_WEB", "{", "ALLO_WEB: must be a JSON object"),
        ("ALLO_DATABASE_URL", f"postgresql://a@127.0.0.1:{PLANTED}/allo", "ALLO_DATABASE_URL: "),
        ("ALLO_PBX", "{}", "ALLO_PBX: must be a list"),
        ("ALLO_PBX", f'["{PLANTED}"]', "ALLO_PBX[0]: must be keys and values"),
        ("ALLO_PBX", pbx(secret=""), "ALLO_PBX[0].secret"),
        ("ALLO_PBX", pbx(secret=f"{PLANTED}\r\nAction: Logoff"), "ALLO_PBX[0].secret"),
        ("ALLO_PBX", pbx(region="ZZ"), "ALLO_PBX[0].region"),
        ("ALLO_PBX", pbx(trunks=[""]), "ALLO_PBX[0].trunks[0]"),
        ("ALLO_PBX", pbx(name="я" * 64), "ALLO_PBX[0].name"),
        ("ALLO_TAPE__KEEP_DAYS", "0", "ALLO_TAPE__KEEP_DAYS"),
        ("ALLO_PBX", f'[{{"secret": "{PLANTED}"', "ALLO_PBX"),
        ("ALLO_PBX", pbx(port="none"), "ALLO_PBX[0].port"),
        ("ALLO_PBX", pbx(extension_pattern="("), "ALLO_PBX[0].extension_pattern"),
        ("ALLO_PBX", pbx(colour="red"), "ALLO_PBX[0].colour"),
        ("ALLO_PBX", '[{"name": "main"}]', "ALLO_PBX[0].secret is missing"),
        ("ALLO_WEB__HOST", "0.0.0.0", "ALLO_WEB__PUBLIC_URL is required"),
        ("ALLO_CONFIG", "nowhere.toml", "ALLO_CONFIG"),
    ],
)
def test_a_wrong_value_stops_the_start_with_the_name_of_its_key(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, named: str
) -> None:
    monkeypatch.setenv(name, value)

    assert named in fault()


@pytest.mark.parametrize(
    "name", ["ALLO_PORT", "ALLO_WEB__PROT", "ALLO_WEBB__PORT", "ALLO_PUSH__TLS__KEY", "allo_secret"]
)
def test_an_unknown_variable_stops_the_start(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, PLANTED)

    assert fault().startswith(f"{name} ")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("prot = 1", "prot"),
        ("[web]\nprot = 1", "web.prot"),
        ("[telephony]\nhost = 'x'", "telephony"),
        (f"[[pbx]]\nname = 'main'\nsecret = '{PLANTED}'\nhots = 'x'", "pbx.0.hots"),
        ("[[pbx]]\nname = 'main'", "pbx.0.secret in allo.toml is missing"),
        ("[web]\nport = 'eighty'", "web.port"),
        (f"secret = '{PLANTED}", "allo.toml is not a TOML file"),
    ],
)
def test_a_wrong_line_in_the_file_stops_the_start(text: str, named: str) -> None:
    Path("allo.toml").write_text(text)

    assert named in fault()


def test_a_folder_in_the_files_place_stops_the_start() -> None:
    Path("allo.toml").mkdir()

    assert fault() == "allo.toml is not a file"


def test_two_links_cannot_have_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    link = json.loads(pbx())[0]
    monkeypatch.setenv("ALLO_PBX", json.dumps([link, link]))

    assert "the same name" in fault()


def test_an_outside_address_is_fine_with_a_public_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLO_WEB__HOST", "0.0.0.0")
    monkeypatch.setenv("ALLO_WEB__PUBLIC_URL", "https://crm.example.org/")

    assert load_settings().web.public_url == "https://crm.example.org"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_known_in_every_spelling(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "crm.example.org"])
def test_what_others_can_reach_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)
