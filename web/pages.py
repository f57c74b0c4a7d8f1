"""The built user interface: files of one folder, and its start page for every screen's address."""

import os
import stat
from pathlib import Path

from aiohttp import web

from crm_core.kernel.errors import NotFound

STATIC_DIRECTORY = Path(__file__).parent / "static"
HASHED = "assets"  # the build puts a hash of the content into the names in this folder

_NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Allo</title>
<h1>Allo is running, but its screens have not been built.</h1>
<p>Run <code>make ui</code> in the project's folder, then load this page again.</p>
<p>The API answers meanwhile: <a href="/api/openapi.json">/api/openapi.json</a>.</p>
"""


class Pages:
    """Serves one folder. Nothing outside it is ever opened, and no symbolic link is followed."""

    def __init__(self, directory: Path = STATIC_DIRECTORY) -> None:
        self._directory = directory

    def add_to(self, app: web.Application) -> None:
        """Take every address that nobody else has; add the API's routes before."""
        app.router.add_get("/{path:.*}", self.serve, name="pages")

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Give the file, or the start page where the address is a screen's."""
        path = request.match_info["path"]
        if path.startswith("api/") or path == "api":
            raise NotFound("There is nothing here.")
        if path and (file := _find_file(self._directory, path)):
            is_hashed = path.startswith(f"{HASHED}/")
            return _send(file, "public, max-age=31536000, immutable" if is_hashed else "no-cache")
        if path.startswith(f"{HASHED}/") or "." in path.rpartition("/")[2]:
            raise NotFound("There is nothing here.")
        start = _find_file(self._directory, "index.html")
        if start is None:
            return web.Response(text=_NOT_BUILT, content_type="text/html", status=503)
        return _send(start, "no-cache")


def _send(file: Path, caching: str) -> web.FileResponse:
    """aiohttp answers ranges and conditions, and takes a `.br` or `.gz` beside the file."""
    return web.FileResponse(file, headers={"Cache-Control": caching})


def _find_file(directory: Path, path: str) -> Path | None:
    """Walk down by name. Each step must be a real folder or file of this tree."""
    parts = path.split("/")
    if any(part in {"", ".", ".."} or "\0" in part or os.sep in part for part in parts):
        return None
    found = directory
    for part in parts:
        found /= part
        try:
            mode = found.lstat().st_mode
        except OSError:
            return None
        if stat.S_ISLNK(mode):
            return None
    return found if stat.S_ISREG(mode) else None
