"""How several workers share the tests: what stands on one PBX or one browser stays together."""

from xdist.scheduler import LoadScopeScheduling


class PartsTogether(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Deals out the real calls and the browser as one piece each, beginning with these.

    Unit tests go by module, for what their modules prepare once; all others one by one.
    """

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.split("::", 1)[0]
        part = module.split("/")[1]
        if part in ("asterisk", "browser"):
            return part
        return module if part == "unit" else nodeid
