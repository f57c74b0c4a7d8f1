"""A pushed frame: a frozen value with a `type`, numbered by the gateway for each tab."""

from pydantic import BaseModel, ConfigDict


class Frame(BaseModel):
    """One message to a browser. `seq` is set by the gateway for each connection."""

    model_config = ConfigDict(frozen=True)

    type: str
    seq: int = 0
