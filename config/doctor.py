"""`allo doctor`: looks at everything a server stands on, and says what to do about each fault."""

import asyncio
import json
import socket
import stat
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from config.agi import asked_at
from config.call_records_check import check_call_records
from config.data_directory import holder_of
from config.disks import look_at_disks
from config.pbx_check import check_pbx
from config.recordings_check import check_recordings
from config.settings import Settings, load_settings
from crm_core.calls.pbx.links import read_links
from crm_core.calls.pbx.settings import PbxSettings
from crm_core.kernel.database import Database
from crm_core.kernel.errors import CrmError, SchemaMismatch
from crm_core.kernel.schema import check_schema
from crm_core.kernel.secret_box import SecretBox

Verdict = Literal["ok", "warning", "failed"]
MARKS: dict[Verdict, str] = {"ok": "ok     ", "warning": "warning", "failed": "FAILED "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found at one place. `advice` says what to do about it."""

    check: str
    verdict: Verdict
    text: str
    advice: str = ""


Check = Callable[[Settings], Awaitable[list[Finding]]]


def run(*, as_json: bool) -> int:
    """Print all findings; 1 when anything failed."""
    settings = load_settings()
    findings = asyncio.run(examine(settings))
    has_failed = any(finding.verdict == "failed" for finding in findings)
    if as_json:
        told = [asdict(finding) for finding in findings]
        print(json.dumps({"is_well": not has_failed, "findings": told}, ensure_ascii=False))
    else:
        for finding in findings:
            print(f"{MARKS[finding.verdict]} {finding.check}: {finding.text}")
            if finding.advice:
                print(f"        -> {finding.advice}")
    return int(has_failed)


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything, one after the other, in the order a start meets it."""
    places: list[Check] = [_data_directory, _disks, _database, _ports, _agi]
    checks = [*places, _recordings, _pbx_links]
    return [finding for check in checks for finding in await check(settings)]


async def _data_directory(settings: Settings) -> list[Finding]:
    directory = settings.data_directory
    if not directory.exists():
        return [
            Finding(
                check="data directory",
                verdict="warning",
                text=f"{directory} is not there yet",
                advice="`allo migrate` makes it",
            )
        ]
    if not _is_writable(directory):
        return [
            Finding(
                check="data directory",
                verdict="failed",
                text=f"{directory} cannot be written by this user",
                advice="give the directory to the user that runs Allo, or set ALLO_DATA_DIRECTORY",
            )
        ]
    found = [_privacy_of(directory)]
    if process := holder_of(directory):
        found.append(
            Finding(check="server", verdict="ok", text=f"Allo is running (process {process})")
        )
    return found


def _is_writable(directory: Path) -> bool:
    probe = directory / ".doctor"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def _privacy_of(directory: Path) -> Finding:
    if directory.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding(
            check="data directory",
            verdict="warning",
            text=f"{directory} can be read by other users of this machine",
            advice=f"chmod 700 {directory}",
        )
    return Finding(check="data directory", verdict="ok", text=f"{directory} is ours alone")


async def _disks(settings: Settings) -> list[Finding]:
    if not settings.data_directory.exists():
        return []
    return [
        Finding(
            check=f"disk of {disk.name}",
            verdict="ok" if disk.is_writable else "failed",
            text=disk.reason or "has room",
            advice="" if disk.is_writable else "make room, or give Allo another disk",
        )
        for disk in look_at_disks(settings)
    ]


async def _database(settings: Settings) -> list[Finding]:
    database = Database.connect(settings.database)
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    reached = Finding(check="database", verdict="ok", text=f"{kind} answers")
    try:
        await check_schema(database)
    except SchemaMismatch as error:
        schema = Finding(
            check="schema", verdict="failed", text=str(error), advice="run `allo migrate`"
        )
        return [reached, schema]
    except CrmError as error:
        return [
            Finding(
                check="database",
                verdict="failed",
                text=" ".join(str(error).split()),
                advice="is the server running, and is ALLO_DATABASE_URL right?",
            )
        ]
    finally:
        await database.close()
    return [reached, Finding(check="schema", verdict="ok", text="is that of this program")]


async def _ports(settings: Settings) -> list[Finding]:
    if holder_of(settings.data_directory):
        return []  # they are taken by the server that was found running
    wanted = (
        ("web port", settings.web.host, settings.web.port, "ALLO_WEB__PORT"),
        ("push port", settings.push_host, settings.push.port, "ALLO_PUSH__PORT"),
    )
    return [_port(check, host, port, key) for check, host, port, key in wanted]


async def _agi(settings: Settings) -> list[Finding]:
    """Where dialplans ask who is calling, and the line that they ask with."""
    host, port = settings.agi.host, settings.agi.port
    if port is None:
        off = "off: ALLO_AGI__PORT lets the PBX ask who is calling (config/samples/extensions.conf)"
        return [Finding(check="AGI port", verdict="ok", text=off)]
    line = f"in the dialplan: AGI({asked_at(host, port)})"
    if not holder_of(settings.data_directory):
        found = _port("AGI port", host, port, "ALLO_AGI__PORT")
        is_free = found.verdict == "ok"
        return [replace(found, text=f"{found.text}; {line}") if is_free else found]
    try:
        with socket.create_connection((host, port), timeout=2):
            return [Finding(check="AGI port", verdict="ok", text=f"the server is there; {line}")]
    except OSError as error:
        return [
            Finding(
                check="AGI port",
                verdict="failed",
                text=f"the running server does not listen on {host}:{port}: {error.strerror}",
                advice="it was started with other settings: restart it",
            )
        ]


def _port(check: str, host: str, port: int, key: str) -> Finding:
    try:
        with socket.create_server((host, port), family=_family(host)):
            return Finding(check=check, verdict="ok", text=f"{host}:{port} is free")
    except OSError as error:
        return Finding(
            check=check,
            verdict="failed",
            text=f"{host}:{port} cannot be used: {error.strerror}",
            advice=f"stop the program that uses it, or choose another with {key}",
        )


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


async def _recordings(settings: Settings) -> list[Finding]:
    found = await asyncio.to_thread(check_recordings, settings)
    return [
        Finding(check=check, verdict=verdict, text=text, advice=advice)
        for check, verdict, text, advice in found
    ]


async def _pbx_links(settings: Settings) -> list[Finding]:
    links, faults = (settings.pbx, []) if settings.pbx else await _kept_links(settings)
    if not links and not faults:
        return [
            Finding(
                check="PBX",
                verdict="warning",
                text="no PBX link is set",
                advice="add one in the settings of Allo, or set ALLO_PBX or [[pbx]] in allo.toml; "
                "config/samples/manager.conf helps",
            )
        ]
    found = await asyncio.gather(*(check_pbx(pbx) for pbx in links))
    faults += [
        Finding(check=f"PBX {pbx.name}", verdict=verdict, text=text, advice=advice)
        for pbx, told in zip(links, found, strict=True)
        for verdict, text, advice in told
    ]
    looked_at = [await _call_records(pbx) for pbx in links]
    return faults + [finding for finding in looked_at if finding]


async def _call_records(pbx: PbxSettings) -> Finding | None:
    told = await check_call_records(pbx)
    if told is None:
        return None
    verdict, text, advice = told
    return Finding(check=f"call records of {pbx.name}", verdict=verdict, text=text, advice=advice)


async def _kept_links(settings: Settings) -> tuple[Sequence[PbxSettings], list[Finding]]:
    """The links that administrators keep, and what is wrong with those that cannot be read."""
    database = Database.connect(settings.database)
    try:
        await check_schema(database)
        async with database.read() as session:
            kept = await read_links(session, SecretBox(settings.key_file))
    except CrmError:
        return (), []  # said already, of the database
    finally:
        await database.close()
    faults = [
        Finding(
            check=f"PBX {one.row.name}",
            verdict="failed",
            text="the secret cannot be read with the key in the data directory",
            advice=f"put {settings.key_file.name} back from a backup, or type the secret anew",
        )
        for one in kept
        if one.settings is None
    ]
    links = [one.settings for one in kept if one.settings and one.row.is_enabled]
    return links, faults + _privacy_of_key(settings.key_file)


def _privacy_of_key(key_file: Path) -> list[Finding]:
    if not key_file.exists() or not key_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return []
    return [
        Finding(
            check="key of the secrets",
            verdict="warning",
            text=f"{key_file} can be read by other users of this machine",
            advice=f"chmod 600 {key_file}",
        )
    ]
