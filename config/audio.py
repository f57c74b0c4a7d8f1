"""From the settings to what the keeper of recordings needs."""

from config.settings import Settings
from recordings.keeper import KeeperSettings
from recordings.places import Folder


def keeper_settings(settings: Settings) -> KeeperSettings:
    """Where recordings come from, and where their audio goes."""
    chosen = settings.recordings
    return KeeperSettings(
        store=settings.recordings_store.resolve(),
        folders=[
            Folder(path=folder.path.resolve(), prefix=folder.prefix, pbx=folder.pbx)
            for folder in chosen.folders
        ],
        rule=chosen.rule,
        time_zone=chosen.time_zone,
    )
