"""Pictures: as a phone takes them, as a screen saves them, and ones that try something."""

import struct
import zlib

import pillow_heif

from ctts.demo.papers import details, saved, scene


def iphone_photo(width: int = 400, height: int = 300) -> bytes:
    """A HEIC photograph held upright, with place and device inside."""
    pillow_heif.register_heif_opener()
    return saved(scene(width, height), "HEIF", quality=70, exif=details(6).tobytes())


def moving(kind: str) -> bytes:
    """Two pictures that follow each other."""
    return saved(scene(60, 40), kind, save_all=True, append_images=[scene(60, 40).rotate(90)], duration=100)


def pixel_bomb(side: int = 30_000) -> bytes:
    """A PNG of about 100 kB that says it is `side` by `side` pixels, and is."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = b"\x00" * (side // 8 + 1)
    rows = b"".join(packer.compress(row * 100) for _ in range(side // 100)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
