"""Secrets at rest: sealed with a key that lies in a file beside the database, never in it.

Whoever holds a copy of the database alone reads no secret. The key is made on first need, for its
owner's eyes only; a backup carries it, since without it what was sealed is lost.
"""

import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from crm_core.kernel.errors import CrmError

KEY_NAME = "secrets.key"


class SecretUnreadable(CrmError):
    """The key is missing or another: the secret has to be typed anew."""

    code = "secret_unreadable"


class KeyUnusable(CrmError):
    """The file of the key cannot be made or read."""

    code = "key_unusable"


class SecretBox:
    """Seals and opens texts with the key in `key_file`."""

    def __init__(self, key_file: Path) -> None:
        self.key_file = key_file

    def seal(self, secret: str) -> str:
        """Make what may stand in the database."""
        try:
            if not self.key_file.exists():
                self._make_key()
            return self._key().encrypt(secret.encode()).decode("ascii")
        except (OSError, ValueError):
            raise KeyUnusable("the key of the secrets cannot be used") from None

    def open(self, sealed: str) -> str:
        """Read what `seal` made; raises `SecretUnreadable` when the key is not that one's."""
        try:
            return self._key().decrypt(sealed.encode()).decode()
        except (OSError, ValueError, InvalidToken):
            raise SecretUnreadable("the secret cannot be read: type it anew") from None

    def _key(self) -> Fernet:
        return Fernet(self.key_file.read_bytes().strip())

    def _make_key(self) -> None:
        """Whole or not at all; of two who make it at once, one wins."""
        self.key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(prefix=".key-", dir=self.key_file.parent)  # 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(Fernet.generate_key() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(unfinished, self.key_file)
        except FileExistsError:
            pass
        finally:
            Path(unfinished).unlink()
