"""Takes the hidden details out of a JPEG without touching its picture: segments are dropped, pixels stay.

ITU-T T.81 (JPEG), section B.1: markers and segments.
"""

from __future__ import annotations

# APP1 holds EXIF and XMP (place, device, time), APP13 IPTC, COM free text.
HIDDEN = frozenset({0xE1, 0xED, 0xFE})
ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
START_OF_SCAN = 0xDA


def without_details(content: bytes) -> bytes:
    """The same JPEG without EXIF, XMP, IPTC and comments; unchanged when it is not a readable JPEG.

    Everything from the first scan on is kept as it is.
    """
    if content[:2] != b"\xff\xd8":
        return content
    kept, place = [content[:2]], 2
    while place + 4 <= len(content):
        if content[place] != 0xFF:
            return content
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker in ALONE:
            kept.append(content[place : place + 2])
            place += 2
            continue
        if marker == START_OF_SCAN:
            kept.append(content[place:])
            return b"".join(kept)
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4], "big")
        if marker not in HIDDEN:
            kept.append(content[place:end])
        place = end
    return content
