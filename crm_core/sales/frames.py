"""What is pushed about tasks."""

from typing import Literal

from crm_core.kernel.frames import Frame
from crm_core.sales.task_view import TaskView


class TaskDueFrame(Frame):
    """A task of this user is due now. Told once, whichever tab is open."""

    type: Literal["task.due"] = "task.due"
    task: TaskView


class TasksChangedFrame(Frame):
    """Some task of this user's was made, changed or ended: lists and counts are stale."""

    type: Literal["tasks.changed"] = "tasks.changed"
