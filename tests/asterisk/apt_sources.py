"""Which Debian mirror this machine uses, read from its own apt sources in both of their forms."""

import re
from collections.abc import Iterator
from pathlib import Path

APT = Path("/etc/apt")
OS_RELEASE = Path("/etc/os-release")


def find_mirror(apt: Path = APT, os_release: Path = OS_RELEASE) -> str | None:
    """The address from which this machine takes its own Debian release, or None."""
    release = _own_release(os_release)
    for uri, suites, components in _sources(apt):
        if release in suites and "main" in components:
            return uri
    return None


def _own_release(os_release: Path) -> str:
    text = os_release.read_text() if os_release.is_file() else ""
    found = re.search(r'^VERSION_CODENAME="?([\w-]+)', text, re.MULTILINE)
    return found[1] if found else "bookworm"


def _sources(apt: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """Every enabled binary source as (address, suites, components)."""
    for path in sorted((apt / "sources.list.d").glob("*.sources")):
        yield from _stanzas(path.read_text())
    for path in [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*.list"))]:
        if path.is_file():
            yield from _lines(path.read_text())


def _stanzas(text: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """The newer form: paragraphs of `Key: value`, continued by indented lines."""
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    for paragraph in re.split(r"\n\s*\n", text):
        unfolded = re.sub(r"\n[ \t]+", " ", paragraph)
        pairs = (line.split(":", 1) for line in unfolded.splitlines() if ":" in line)
        fields = {key.strip().lower(): value.split() for key, value in pairs}
        is_enabled = fields.get("enabled", ["yes"])[0].lower() not in ("no", "false", "0")
        if is_enabled and "deb" in fields.get("types", []) and fields.get("uris"):
            yield fields["uris"][0], fields.get("suites", []), fields.get("components", [])


def _lines(text: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """The older form: `deb [options] address suite component…`, one source a line."""
    for line in text.splitlines():
        found = re.match(r"deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+([^#]*)", line.strip())
        if found:
            yield found[1], [found[2]], found[3].split()
