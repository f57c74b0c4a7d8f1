"""Why records could not be read, in words for people; never with a password."""


class RecordsUnreadable(Exception):
    """The file or the database cannot be read, or is not what it should be."""
