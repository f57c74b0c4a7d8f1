"""What the command line says in one line and leaves with."""


class CannotStart(Exception):
    """The start is impossible as things are: exit status 1."""


class WrongUsage(Exception):
    """The command was asked for in a way that makes no sense: exit status 2."""
