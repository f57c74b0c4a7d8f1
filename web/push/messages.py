"""All that is pushed to a browser, told apart by `type`; each room says its own part.

The union stands here since only the gateway knows every room.
"""

from typing import Annotated

from pydantic import Field

from crm_core.calls.frames import (
    CallFrame,
    LinkChangedFrame,
    MissedCallsChangedFrame,
    OrderChangedFrame,
)
from crm_core.insight.agent_line import AgentLineFrame, PhoneTakenFrame, SnapshotFrame
from crm_core.insight.board_delta import BoardChangedFrame
from crm_core.insight.board_view import BoardSnapshotFrame
from crm_core.sales.frames import TaskDueFrame, TasksChangedFrame

PushMessage = Annotated[
    CallFrame
    | LinkChangedFrame
    | OrderChangedFrame
    | SnapshotFrame
    | AgentLineFrame
    | PhoneTakenFrame
    | MissedCallsChangedFrame
    | TaskDueFrame
    | TasksChangedFrame
    | BoardSnapshotFrame
    | BoardChangedFrame,
    Field(discriminator="type"),
]
