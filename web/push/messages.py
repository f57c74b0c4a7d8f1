"""All that is pushed to a browser, told apart by `type`; each room says its own part.

The union stands here since only the gateway knows every room.
"""

from typing import Annotated

from pydantic import Field

from crm_core.calls.frames import CallFrame, LinkChangedFrame, SnapshotFrame

PushMessage = Annotated[
    CallFrame | LinkChangedFrame | SnapshotFrame,
    Field(discriminator="type"),
]
