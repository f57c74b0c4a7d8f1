"""Settings of the demo: made here alone, so that a real PBX that is set is never touched."""

import secrets
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from config.demo.history import PBX
from config.demo.recordings import PREFIX
from config.settings import (
    PushSettings,
    RecordingFolder,
    RecordingSettings,
    Settings,
    WebSettings,
)
from crm_core.calls.pbx.settings import PbxSettings

HOST = "127.0.0.1"
TRUNK = "PJSIP/provider"


class DemoSettings(Settings):
    """Reads neither the environment nor a file."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def demo_settings(directory: Path, *, port: int, pbx_port: int, secret: str) -> Settings:
    """Everything in one directory that goes away, everything on loopback."""
    link = PbxSettings(
        name=PBX,
        host=HOST,
        port=pbx_port,
        username="demo",
        secret=SecretStr(secret),
        trunks=(TRUNK,),
    )
    return DemoSettings(
        data_directory=directory,
        web=WebSettings(host=HOST, port=port),
        push=PushSettings(port=0),
        pbx=(link,),
        recordings=RecordingSettings(
            folders=(RecordingFolder(path=directory / "monitor", prefix=PREFIX),)
        ),
    )


def new_secret() -> str:
    """What the server and the simulated PBX share."""
    return secrets.token_urlsafe(24)
