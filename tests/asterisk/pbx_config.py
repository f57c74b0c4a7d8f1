"""Writes the configuration of a private Asterisk: the files of `etc/` with its places filled in."""

from dataclasses import dataclass
from pathlib import Path

from tests.asterisk.install import Installation

TEMPLATES = Path(__file__).parent / "etc"
DIALPLAN = Path(__file__).parents[2] / "config/samples/extensions.conf"
ASKS_AT = "agi://127.0.0.1:4573/"  # as the sample has it

AGENTS = {
    "101": "Anna",
    "102": "Boris",
    "103": "Vera",
    "104": "Gleb",
    "105": "Daria",
    "106": "Egor",
    "107": "Zoya",
    "108": "Ilya",
    "109": "Kira",
    "110": "Lev",
}
SALES = ("101", "102", "103")
SUPPORT = ("104", "105", "106")
RECEPTION = ("101", "102")


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxPlan:
    """What tells one private Asterisk from another."""

    installation: Installation
    directory: Path
    ami_port: int
    sip_port: int
    agi_port: int
    provider_host: str
    provider_port: int
    secret: str


def write_config(plan: PbxPlan) -> None:
    """Lay out the instance's folders and write its configuration."""
    for folder in (
        "etc",
        "var",
        "spool/monitor",
        "spool/voicemail",
        "run",
        "log/cdr-csv",
        "var/keys",
    ):
        (plan.directory / folder).mkdir(parents=True, exist_ok=True)
    places = _places(plan)
    for template in TEMPLATES.glob("*.conf"):
        text = template.read_text(encoding="utf-8")
        for name, value in places.items():
            text = text.replace(f"@{name}@", value)
        (plan.directory / "etc" / template.name).write_text(text, encoding="utf-8")
    (plan.directory / "etc/extensions_allo.conf").write_text(_dialplan(plan), encoding="utf-8")


def _dialplan(plan: PbxPlan) -> str:
    """The sample that administrators are given, to the letter; only the port is the test's."""
    text = DIALPLAN.read_text(encoding="utf-8")
    assert text.count(ASKS_AT) == 1
    return text.replace(ASKS_AT, f"agi://127.0.0.1:{plan.agi_port}/")


def _places(plan: PbxPlan) -> dict[str, str]:
    directory = plan.directory
    return {
        "ETC": str(directory / "etc"),
        "VAR": str(directory / "var"),
        "SPOOL": str(directory / "spool"),
        "RUN": str(directory / "run"),
        "LOG": str(directory / "log"),
        "MODULES": str(plan.installation.modules),
        "SHARED": str(plan.installation.shared_files),
        "AMI_PORT": str(plan.ami_port),
        "SIP_PORT": str(plan.sip_port),
        "PROVIDER": f"{plan.provider_host}:{plan.provider_port}",
        "PROVIDER_HOST": plan.provider_host,
        "SECRET": plan.secret,
        "AGENTS": "\n".join(_endpoint(number, name) for number, name in AGENTS.items()),
        "SALES_MEMBERS": "\n".join(_member(number) for number in SALES),
        "SUPPORT_MEMBERS": "\n".join(_local_member(number) for number in SUPPORT),
        "RECEPTION_MEMBERS": "\n".join(_member(number) for number in RECEPTION),
    }


def _endpoint(number: str, name: str) -> str:
    return (
        f"[{number}](agent)\naors = {number}\n"
        f'callerid = "{name} Agent {number}" <{number}>\n'
        f"[{number}](devices)\n"
    )


def _member(number: str) -> str:
    return f"member => PJSIP/{number},0,{AGENTS[number]}"


def _local_member(number: str) -> str:
    return f"member => Local/{number}@queue-members/n,0,{AGENTS[number]},PJSIP/{number}"
