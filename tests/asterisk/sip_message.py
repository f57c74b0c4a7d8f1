"""SIP messages as text: just enough of RFC 3261 for a phone that talks to one PBX over UDP."""

import re
import secrets
from dataclasses import dataclass, field

CRLF = "\r\n"


@dataclass(slots=True)
class SipMessage:
    """A request or a response; headers keep their order and may repeat."""

    start_line: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""

    @classmethod
    def parse(cls, datagram: bytes) -> "SipMessage":
        head, _, body = datagram.decode("utf-8", "replace").partition(CRLF * 2)
        start_line, *lines = head.split(CRLF)
        pairs = (line.partition(":") for line in lines)
        headers = [(name.strip(), value.strip()) for name, _, value in pairs]
        return cls(start_line, headers, body)

    def encode(self) -> bytes:
        body = self.body.encode()
        headers = [*self.headers, ("Content-Length", str(len(body)))]
        lines = [self.start_line, *(f"{name}: {value}" for name, value in headers)]
        # A test may put bytes that are no UTF-8 into a name.
        return (CRLF.join(lines) + CRLF * 2).encode("utf-8", "surrogateescape") + body

    @property
    def is_response(self) -> bool:
        return self.start_line.startswith("SIP/2.0 ")

    @property
    def status(self) -> int:
        return int(self.start_line.split()[1])

    @property
    def method(self) -> str:
        """The method of a request, or of the request that a response answers."""
        return self["CSeq"].split()[1] if self.is_response else self.start_line.split()[0]

    @property
    def cseq(self) -> int:
        return int(self["CSeq"].split()[0])

    @property
    def call_id(self) -> str:
        return self["Call-ID"]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def __getitem__(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def response(self, status: int, reason: str, *, tag: str | None = None) -> "SipMessage":
        """An answer to this request: the headers that every answer repeats, and our tag."""
        to = self["To"]
        if tag and "tag=" not in to:
            to = f"{to};tag={tag}"
        headers = [("Via", value) for value in self.all("Via")]
        headers += [("From", self["From"]), ("To", to)]
        headers += [("Call-ID", self.call_id), ("CSeq", self["CSeq"])]
        return SipMessage(f"SIP/2.0 {status} {reason}", headers)


def uri_in(header: str) -> str:
    """The address inside a From, To or Contact header."""
    found = re.search(r"<([^>]+)>", header)
    return found[1] if found else header.split(";")[0].strip()


def tag_in(header: str) -> str:
    found = re.search(r";tag=([^;>\s]+)", header)
    return found[1] if found else ""


def user_in(header: str) -> str:
    """The user part of the address: the number that was dialled or that calls."""
    found = re.match(r"sips?:([^@]*)@", uri_in(header))
    return found[1] if found else ""


def new_token() -> str:
    return secrets.token_hex(8)


def audio_offer(host: str, port: int, direction: str = "sendrecv") -> str:
    """A session description of one G.711 stream."""
    lines = [
        "v=0",
        f"o=- {port} {secrets.randbelow(10**9)} IN IP4 {host}",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP 0 101",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=ptime:20",
        f"a={direction}",
    ]
    return CRLF.join(lines) + CRLF


def audio_address(description: str) -> tuple[str, int] | None:
    """Where the other side wants its sound."""
    host = re.search(r"^c=IN IP4 (\S+)", description, re.MULTILINE)
    port = re.search(r"^m=audio (\d+)", description, re.MULTILINE)
    return (host[1], int(port[1])) if host and port else None
