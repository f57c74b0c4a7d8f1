"""What a file is, by its first bytes and never by its name: the demuxer is chosen by us. Pure."""

import struct
from dataclasses import dataclass

HEAD_BYTES = 4096
_WAV_CODECS = {1, 2, 6, 7, 17, 49, 0xFFFE}  # PCM, MS ADPCM, A-law, mu-law, IMA ADPCM, GSM (WAV49)


@dataclass(frozen=True, slots=True)
class Kind:
    """A container we open. `claimed_bytes`: how long its header says that the file's sound is."""

    demuxer: str
    claimed_bytes: int | None = None
    sound_at: int = 0


def sniff(head: bytes, name: str) -> Kind | None:
    """Tell what this is, or None for what is not opened: playlists, pictures, anything else.

    Raw GSM has no signature: its frames of 33 bytes begin with the same half byte, and the name
    must say so too.
    """
    if head[:4] in (b"RIFF", b"RIFX") and head[8:12] == b"WAVE":
        return _wav(head)
    if head[:4] == b"OggS" and (b"OpusHead" in head[:100] or b"\x01vorbis" in head[:100]):
        return Kind("ogg")
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return Kind("mp3")
    if (
        name.lower().endswith(".gsm")
        and head
        and all(byte & 0xF0 == 0xD0 for byte in head[: HEAD_BYTES // 33 * 33 : 33])
    ):
        return Kind("gsm")
    return None


def _wav(head: bytes) -> Kind | None:
    """Walk the chunks up to the sound itself."""
    at, is_known = 12, False
    while at + 8 <= len(head):
        name, size = head[at : at + 4], struct.unpack_from("<I", head, at + 4)[0]
        if name == b"fmt " and at + 10 <= len(head):
            is_known = struct.unpack_from("<H", head, at + 8)[0] in _WAV_CODECS
        if name == b"data":
            return Kind("wav", claimed_bytes=size, sound_at=at + 8) if is_known else None
        at += 8 + size + size % 2
    return None
