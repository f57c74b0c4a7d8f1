"""What a tab may say to the server: little, and never anything that changes a record."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field


class Painted(BaseModel):
    """The card of a ringing call stands on a page that can be seen; `seq` is the frame's."""

    type: Literal["painted"]
    call_id: UUID
    seq: int


class Dismissed(BaseModel):
    """The reader has hidden the card of a call: their other browsers hide it, too."""

    type: Literal["dismissed"]
    call_id: UUID


class WrappedUp(BaseModel):
    """The reader has written up a talk: on the live board they are ready again."""

    type: Literal["wrapped_up"]
    call_id: UUID


class Resync(BaseModel):
    """Something was missed: send the whole picture again."""

    type: Literal["resync"]


class Watch(BaseModel):
    """Tell me of the live board from now on. Whose role does not allow it hears nothing."""

    type: Literal["watch"]
    topic: Literal["board"]


class Unwatch(BaseModel):
    """No more of it."""

    type: Literal["unwatch"]
    topic: Literal["board"]


TabMessage = Annotated[
    Painted | Dismissed | WrappedUp | Resync | Watch | Unwatch, Field(discriminator="type")
]
