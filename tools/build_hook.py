"""What must be there before a wheel is packed."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

START_PAGE = Path("web/static/index.html")


class ScreensAreBuilt(BuildHookInterface[Any]):
    """Refuse a wheel without the screens: it would install well and show nothing."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Look before packing; an editable installation may build its screens later."""
        if version != "editable" and not (Path(self.root) / START_PAGE).is_file():
            raise FileNotFoundError(f"{START_PAGE} is not there: run `make ui`, or `make wheel`")
