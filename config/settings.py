"""Settings: from the environment (`ALLO_…`, `__` for nesting) or `allo.toml`; the environment wins.

A setting that nobody reads is a mistake that nobody sees, so an unknown key stops the start.
What is said about a wrong setting names its key and never its value: values may be secrets.
"""

import ipaddress
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from config.agi_settings import AgiSettings, Network
from config.errors import CannotStart
from config.url_settings import DatabaseUrl, HttpUrl, WebSocketUrl
from crm_core.calls.pbx.settings import PbxSettings, Region
from crm_core.kernel.secret_box import KEY_NAME

PREFIX = "ALLO_"
CONFIG_KEY = "ALLO_CONFIG"
DEFAULT_FILE = Path("allo.toml")

Port = Annotated[int, Field(ge=0, le=65535)]  # 0: any free one


class SettingsInvalid(CannotStart):
    """The settings cannot be used; the text names the key and the fault, in one line."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class WebSettings(_Section):
    """Where the REST API and the screens are served."""

    host: str = "127.0.0.1"
    port: Port = 8080
    public_url: HttpUrl | None = None
    """What people type into their browser; required unless the host is loopback."""
    trusted_proxies: tuple[Network, ...] = ()
    """Addresses or networks whose X-Forwarded-… headers are believed."""
    connections_per_address: Annotated[int, Field(ge=1)] = 1_000
    """How many one address may hold, on each of the two ports; of one office, all have the same."""


class PushSettings(_Section):
    """Where the screens' WebSocket is served."""

    host: str | None = None  # None: where the web is
    port: Port = 8081
    public_url: WebSocketUrl | None = None


class TapeSettings(_Section):
    """Where and how long the tapes of the PBX links are kept."""

    directory: Path | None = None  # None: in the data directory
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 30


class RecordingFolder(_Section):
    """A folder in which a PBX leaves recordings, and where it is mounted here."""

    path: Path
    prefix: str = "/var/spool/asterisk/monitor"
    """The same folder as the PBX writes it."""
    pbx: str | None = None
    """Of which PBX; unless said, of all."""


def _rule(text: str) -> str:
    try:
        text.format(year="", month="", day="", uniqueid="", linkedid="")
    except (KeyError, IndexError, ValueError):
        raise ValueError("may hold {year} {month} {day} {uniqueid} {linkedid}") from None
    return text


def _directory(path: Path) -> Path:
    if ":" in path.parts[0]:  # s3://bucket, read as a path
        raise ValueError("must be a directory: other stores are not supported yet")
    return path


class RecordingSettings(_Section):
    """Where recordings of calls come from, and where their audio is kept."""

    store: Annotated[Path, AfterValidator(_directory)] | None = None
    """None: in the data directory."""
    folders: tuple[RecordingFolder, ...] = ()
    rule: Annotated[str, AfterValidator(_rule)] = "{year}/{month}/{day}/*{uniqueid}*"
    """Where in a folder a file lies whose name the PBX does not tell."""
    time_zone: str = "Europe/Moscow"
    """The PBX's own clock, which names the folders of days."""


SECTIONS = ("web", "push", "tape", "recordings", "agi")


class _Environment(EnvSettingsSource):
    """Lists are written as JSON; one that is not is named by its variable, without its value."""

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            written = next(
                (name for name in os.environ if name.upper().endswith(field_name.upper())),
                field_name,
            )
            is_section = field_name in SECTIONS
            kind = "object" if is_section else "list"
            raise SettingsInvalid(f"{written}: must be a JSON {kind}") from None


class Settings(BaseSettings):
    """All that an administrator may choose."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    data_directory: Path = Path("data")
    database_url: DatabaseUrl | None = Field(default=None, repr=False)
    """None: SQLite in the data directory."""
    phone_region: Region = "RU"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    web: WebSettings = WebSettings()
    push: PushSettings = PushSettings()
    tape: TapeSettings = TapeSettings()
    recordings: RecordingSettings = RecordingSettings()
    agi: AgiSettings = AgiSettings()
    pbx: tuple[PbxSettings, ...] = ()

    @model_validator(mode="after")
    def _public_url_is_known(self) -> "Settings":
        if not is_loopback(self.web.host) and self.web.public_url is None:
            raise ValueError(
                "ALLO_WEB__PUBLIC_URL is required when the web host is not loopback: "
                "it is the address that people open, such as https://crm.example.org"
            )
        return self

    @model_validator(mode="after")
    def _pbx_names_differ(self) -> "Settings":
        names = [pbx.name for pbx in self.pbx]
        if len(names) != len(set(names)):
            raise ValueError("ALLO_PBX: two PBX links have the same name")
        return self

    @property
    def database(self) -> str:
        """The address of the database, the embedded one if none was chosen."""
        return self.database_url or f"sqlite:///{self.data_directory.resolve() / 'allo.sqlite3'}"

    @property
    def tape_directory(self) -> Path:
        return self.tape.directory or self.data_directory / "tape"

    @property
    def recordings_store(self) -> Path:
        return self.recordings.store or self.data_directory / "recordings"

    @property
    def key_file(self) -> Path:
        """The key of the secrets that stand in the database."""
        return self.data_directory / KEY_NAME

    @property
    def push_host(self) -> str:
        return self.push.host or self.web.host

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then the file; no `.env`, so that there is one file to look into."""
        file = TomlConfigSettingsSource(settings_cls, _config_file())
        return init_settings, _Environment(settings_cls), file


def load_settings(**chosen: Any) -> Settings:
    """Read the settings; `chosen` wins over both sources. Raises `SettingsInvalid`."""
    unknown = next(_unknown_variables(os.environ), None)
    if unknown:
        raise SettingsInvalid(f"{unknown} is not a setting of Allo")
    try:
        return Settings(**chosen)
    except ValidationError as error:
        raise SettingsInvalid(_first_fault(error)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise SettingsInvalid(f"{_config_file()} is not a TOML file") from None
    except OSError as error:
        raise SettingsInvalid(f"{_config_file()} cannot be read: {error.strerror}") from None


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine can reach `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _config_file() -> Path | None:
    named = os.environ.get(CONFIG_KEY)
    if named:
        if not Path(named).is_file():
            raise SettingsInvalid(f"{CONFIG_KEY} names a file that is not there")
        return Path(named)
    if not DEFAULT_FILE.exists():
        return None
    if not DEFAULT_FILE.is_file():
        raise SettingsInvalid(f"{DEFAULT_FILE} is not a file")
    return DEFAULT_FILE


def _unknown_variables(environment: Mapping[str, str]) -> Iterator[str]:
    """Names that begin like ours and mean nothing; pydantic-settings passes over top-level ones."""
    for name in environment:
        if not name.upper().startswith(PREFIX) or name == CONFIG_KEY:
            continue
        field = name.upper().removeprefix(PREFIX).split("__")[0].lower()
        if field not in Settings.model_fields:
            yield name


_WORDS = {"tuple_type": "must be a list", "model_type": "must be keys and values"}


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
    text = _WORDS.get(fault["type"]) or fault["msg"].removeprefix("Value error, ")
    if not fault["loc"]:
        return text
    key = _key_name(fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{key} is not a setting of Allo"
    if fault["type"] == "missing":
        return f"{key} is missing"
    return f"{key}: {text[0].lower()}{text[1:]}"


def _key_name(location: tuple[int | str, ...]) -> str:
    """The key as its author wrote it: `ALLO_WEB__PORT`, `ALLO_PBX[0].secret` or `web.port`."""
    parts = [str(part) for part in location]
    names = {name.upper(): name for name in os.environ}
    for depth in range(len(parts), 0, -1):
        variable = PREFIX + "__".join(parts[:depth]).upper()
        if variable in names:
            rest = parts[depth:]
            return variable + "".join(f"[{it}]" if it.isdigit() else f".{it}" for it in rest)
    deeper = PREFIX + "__".join(parts).upper() + "__"
    for name in names:
        if name.startswith(deeper):
            return names[name]
    file = _config_file()
    return ".".join(parts) + (f" in {file}" if file else "")
