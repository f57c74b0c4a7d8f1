"""Random values that open a door: given out once, known here only by their SHA-256."""

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, safe in a cookie, a header and a URL."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is stored. Random bits need no salt and no slow hash: they cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
