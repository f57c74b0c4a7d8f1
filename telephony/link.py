"""The link to one PBX."""

from telephony.pbx_settings import PbxSettings

__all__ = ["PbxSettings"]
