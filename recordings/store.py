"""The store: audio by the hash of its content, in a directory outside the program's tree."""

from pathlib import Path

HASH_LETTERS = 64


def file_of(store: Path, content_hash: str) -> Path:
    """Where the audio of this content lies. The hash is our own word, and is held to it."""
    if len(content_hash) != HASH_LETTERS or not set(content_hash) <= set("0123456789abcdef"):
        raise ValueError("not a content hash")
    return store / content_hash[:2] / f"{content_hash}.opus"
