"""Settings of the service that PBXes ask who is calling."""

import ipaddress
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def network(text: str) -> str:
    """An address or a network; what is wrong is said without repeating it."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:  # its own words repeat the value
        raise ValueError("must be an address or a network such as 10.0.0.0/8") from None
    return text


Network = Annotated[str, AfterValidator(network)]


class AgiSettings(BaseModel):
    """Where dialplans ask; nobody is answered unless a port is chosen."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] | None = None
    """FastAGI's own is 4573; FreePBX has a service of its own there."""
    allow: tuple[Network, ...] | None = None
    """Who may ask; None: this machine, and the hosts of the PBX links."""
