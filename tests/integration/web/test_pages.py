"""T26 and the user interface: its files, its start page, and nothing beside them."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crm_core.kernel.bus import EventBus
from crm_core.kernel.database import Database
from tests.integration.web.office import Office, open_office

START_PAGE = "<!doctype html><title>Allo</title>"


@pytest.fixture
def built_ui(tmp_path: Path) -> Path:
    """A small user interface, and a secret beside it."""
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text(START_PAGE)
    (static / "assets" / "app-1a2b.js").write_text("start()")
    (static / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(b"start()"))
    (tmp_path / "secret.txt").write_text("secret")
    (static / "link.txt").symlink_to(tmp_path / "secret.txt")
    (static / "folder").symlink_to(tmp_path)
    return static


@pytest.fixture
async def office(database: Database, bus: EventBus, built_ui: Path) -> AsyncIterator[Office]:
    async with open_office(database, bus, static=built_ui) as office:
        yield office


@pytest.mark.parametrize("path", ["/", "/clients", "/clients/0d6f/timeline", "/login?next=/"])
async def test_every_screen_s_address_gives_the_start_page(office: Office, path: str) -> None:
    async with office.program() as program, program.session.get(path) as response:
        assert await response.text() == START_PAGE
        assert response.headers["Cache-Control"] == "no-cache"
        assert response.content_type == "text/html"


async def test_a_hashed_file_may_be_kept_for_ever_and_travels_packed(office: Office) -> None:
    path = "/assets/app-1a2b.js"
    async with office.program() as program, program.session.get(path) as response:
        assert await response.text() == "start()"
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.content_type in {"text/javascript", "application/javascript"}


@pytest.mark.parametrize("path", ["/assets/gone.js", "/assets/", "/favicon.ico", "/api/nothing"])
async def test_what_is_not_there_is_not_found(office: Office, path: str) -> None:
    async with office.program() as program:
        status, problem = await program.ask("GET", path)

    assert (status, problem["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%5c..%5csecret.txt",
        "/link.txt",
        "/folder/secret.txt",
        "/%00secret.txt",
        "//etc/passwd",
        "/assets//etc/passwd",
        "/secret.txt%00.html",
    ],
)
async def test_nothing_outside_the_folder_is_ever_given(office: Office, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", office.addresses.web_port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()

    assert answer.split()[1] in {b"200", b"400", b"404"}
    assert b"secret" not in answer
    assert b"root:" not in answer


async def test_a_change_to_a_page_s_address_is_not_taken(office: Office) -> None:
    async with office.program() as program:
        status, problem = await program.ask("POST", "/clients", {})

    assert (status, problem["code"]) == (405, "method_not_allowed")


async def test_an_unbuilt_interface_says_how_to_build_it(
    database: Database, bus: EventBus, tmp_path: Path
) -> None:
    async with (
        open_office(database, bus, static=tmp_path / "none") as office,
        office.program() as program,
    ):
        status, page = await program.ask("GET", "/")
        alive, _ = await program.ask("GET", "/healthz")

    assert (status, alive) == (503, 200)
    assert "make ui" in page["text"]
