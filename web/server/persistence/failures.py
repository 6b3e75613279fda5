"""What can go wrong with the database, as the rest of the server sees it."""


class StorageFull(Exception):  # noqa: N818 - reads as what it is
    """There is no room on the disk. The message says where and how much is needed."""


class DatabaseAway(Exception):  # noqa: N818 - reads as what it is
    """A database server cannot be reached now; the same can be tried again. Whether a write took place is unknown."""


class DatabaseRefused(Exception):  # noqa: N818 - reads as what it is
    """The database cannot be used at all; the message says why and what to do."""
