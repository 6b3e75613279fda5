"""Taking what tells of the workflow out of a picture file, without touching a pixel or its colour profile.

Sources: PNG third edition 5.3; JPEG ITU-T T.81 annex B; WebP container specification.
"""

PNG = b"\x89PNG\r\n\x1a\n"
PNG_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf"})
WEBP_TEXTS = frozenset({b"EXIF", b"XMP "})
WEBP_EXIF_AND_XMP = 0x08 | 0x04
APP1, COMMENT, SCAN, END = 0xE1, 0xFE, 0xDA, 0xD9


def without_workflow(data: bytes) -> bytes:
    """The same picture without texts, EXIF and comments; other kinds of file, and broken ones, as they are."""
    if data.startswith(PNG):
        return _png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return data


def _png(data: bytes) -> bytes:
    kept, at = [PNG], len(PNG)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] not in PNG_TEXTS:
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


def _jpeg(data: bytes) -> bytes:
    kept, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in (SCAN, END):
            break
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker not in (APP1, COMMENT):
            kept.append(data[at:end])
        at = end
    return b"".join([*kept, data[at:]])


def _webp(data: bytes) -> bytes:
    kept: list[bytes] = []
    at = 12
    while at + 8 <= len(data):
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        chunk = data[at:end]
        if kind == b"VP8X" and len(chunk) > 8:
            chunk = chunk[:8] + bytes([chunk[8] & ~WEBP_EXIF_AND_XMP & 0xFF]) + chunk[9:]
        if kind not in WEBP_TEXTS:
            kept.append(chunk)
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body
