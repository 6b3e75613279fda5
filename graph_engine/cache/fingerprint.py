"""A plain value as bytes that are equal exactly when the values are."""

from typing import Any


class NoFingerprint(TypeError):  # noqa: N818 - an answer, not a fault
    """A value of a kind that has no stable bytes; what depends on it is not cached."""


def fingerprint(value: Any) -> bytes:
    """Unambiguous bytes of a JSON-like value; 1, 1.0, True and "1" all differ. Raises NoFingerprint."""
    kind = type(value)
    if kind is str:
        data = value.encode("utf-8", "surrogatepass")
        return b"s%d:%b" % (len(data), data)
    if kind is int:
        return b"i%d;" % value
    if kind is float:
        if value != value:
            raise NoFingerprint("not-a-number equals nothing, itself included")
        return b"f%b;" % repr(value).encode()
    if kind is bool:
        return b"T" if value else b"F"
    if value is None:
        return b"N"
    if kind is bytes:
        return b"b%d:%b" % (len(value), value)
    if kind is list or kind is tuple:
        return b"[%b]" % b"".join([fingerprint(item) for item in value])
    if kind is dict:
        pairs = sorted((fingerprint(name), fingerprint(item)) for name, item in value.items())
        return b"{%b}" % b"".join([part for pair in pairs for part in pair])
    raise NoFingerprint(f"a {kind.__name__} has no fingerprint")
