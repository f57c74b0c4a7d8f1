"""A pushed frame: a frozen value with a `type`, numbered by the gateway for each tab."""

from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Frame(BaseModel):
    """One message to a browser. `seq` is set by the gateway for each connection."""

    model_config = ConfigDict(frozen=True)

    type: str
    seq: int = 0


class Screens(Protocol):
    """Where frames go: all open tabs of one user. Never waits."""

    def show(self, user_id: UUID, frame: Frame) -> None: ...

    def has_screen(self, user_id: UUID) -> bool: ...
