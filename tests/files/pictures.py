"""Pictures: as a phone takes them, as a screen saves them, and ones that try something."""

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageCms, ImageDraw
from PIL.TiffImagePlugin import IFDRational

GPS, MAKE, ORIENTATION, TAKEN = 0x8825, 0x010F, 0x0112, 0x0132
LATITUDE = (IFDRational(53), IFDRational(48), IFDRational(2))


def scene(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A drawn scene: sky, ground, a round phantom, so that a turned or broken picture shows."""
    picture = Image.new("RGB", (width, height), "#cfe3ea")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height * 2 // 3, width, height), fill="#2f4f4f")
    draw.ellipse((width // 4, height // 4, width * 3 // 4, height * 3 // 4), fill="#e6b35a", outline="#6b4a10", width=4)
    draw.rectangle((0, 0, width // 8, height // 8), fill="#b3261e")
    return picture.convert(mode)


def details(orientation: int) -> Image.Exif:
    """EXIF of a phone: maker, time, orientation, place."""
    exif = Image.Exif()
    exif[MAKE], exif[TAKEN], exif[ORIENTATION] = "Example Phones", "2026:03:04 10:11:12", orientation
    exif[GPS] = {1: "N", 2: LATITUDE, 3: "W", 4: (IFDRational(1), IFDRational(33), IFDRational(8))}
    return exif


def phone_photo(width: int = 800, height: int = 600, *, orientation: int = 6, quality: int = 85) -> bytes:
    """A JPEG held upright (orientation 6): stored lying, with place, device, time, a comment and a colour profile."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(
        scene(width, height), "JPEG", quality=quality, exif=details(orientation), icc_profile=profile, comment=b"ward 7"
    )


def saved(picture: Image.Image, kind: str, **options) -> bytes:
    """A picture as bytes of a format."""
    written = BytesIO()
    picture.save(written, format=kind, **options)
    return written.getvalue()


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
