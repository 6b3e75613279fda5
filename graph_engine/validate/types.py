"""Which socket types may be wired together."""

ANY = "*"


def types_match(given: str, wanted: str) -> bool:
    """Whether an output of type ``given`` may feed an input of type ``wanted``.

    ``*`` matches everything; a type may be a comma-separated set, and two sets match when they overlap.
    """
    if given == wanted or ANY in (given, wanted):
        return True
    if "," not in given and "," not in wanted:
        return False
    return not _members(given).isdisjoint(_members(wanted))


def _members(text: str) -> set[str]:
    return {item.strip() for item in text.split(",")}
