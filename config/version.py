"""Which Allo this is."""

from importlib.metadata import PackageNotFoundError, version


def own_version() -> str:
    """The version of the installed Allo."""
    try:
        return version("allo")
    except PackageNotFoundError:
        return "0"
