"""Proves that a file is a picture by decoding all of it, and writes it anew: upright, without hidden details.

Only pixels, palette, transparency and the colour profile go over; EXIF, XMP, IPTC and comments (place, device, time)
stay behind (quality rule 12). JPEGs are written with the tables they had, so nothing visible changes.
"""

from __future__ import annotations

import struct
import warnings
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, JpegImagePlugin

from .words import MAX_PIXELS, MAX_SIDE, Unacceptable, damaged

# What each format that Pillow finds is kept as.
KEPT_AS = {"JPEG": "JPEG", "MPO": "JPEG", "HEIF": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SEVERAL = {"MPO", "HEIF"}  # phones put a depth map or the frames of a burst behind the photograph
LARGEST_PROFILE = 4 * 1024 * 1024
# What Pillow raises for broken files; UnidentifiedImageError is an OSError.
FAULTS = (OSError, SyntaxError, ValueError, EOFError, struct.error)


def work(folder: Path) -> dict[str, Any]:
    """Clean `source` into `target`; facts: media type, pages (always 1) and what was removed."""
    return clean(folder, ("JPEG", "PNG", "WEBP"))


def clean(folder: Path, formats: tuple[str, ...]) -> dict[str, Any]:
    """The same for a picture of one of these formats, by their names in Pillow. Raises Unacceptable in words."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    try:
        with Image.open(folder / "source", formats=formats) as picture:
            _within_limits(picture)
            kept_as = KEPT_AS[picture.format or ""]
            options = _options(picture, folder / "source")
            upright = _upright(picture)
            removed = ["picture_details"] if _has_details(picture) else []
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise _too_large() from problem
    except FAULTS as problem:
        raise damaged("picture") from problem
    upright.save(folder / "target", format=kept_as, **options)
    return {"media_type": MEDIA_TYPES[kept_as], "pages": 1, "removed": removed}


def _too_large() -> Unacceptable:
    return Unacceptable(
        f"This picture has more than {MAX_PIXELS // 1_000_000} million pixels. "
        "Make it smaller in a picture program, and upload the smaller copy."
    )


def _within_limits(picture: Image.Image) -> None:
    """Judge the size written in the header, before a single pixel is unpacked; refuse moving pictures."""
    if picture.width * picture.height > MAX_PIXELS or max(picture.size) > MAX_SIDE:
        raise _too_large()
    if picture.format not in SEVERAL and getattr(picture, "n_frames", 1) > 1:
        raise Unacceptable("This is a moving picture. Save one still picture of it (or a PDF), and upload that.")


def _upright(picture: Image.Image) -> Image.Image:
    """All pixels, decoded and turned the way the camera was held, with nothing else attached."""
    picture.load()
    turned = ImageOps.exif_transpose(picture)
    if turned.mode in {"CMYK", "YCCK"} or (picture.format == "HEIF" and turned.mode != "L"):
        turned = turned.convert("RGB")
    bare = turned.copy()
    bare.info = {name: value for name, value in turned.info.items() if name == "transparency"}
    return bare


def _has_details(picture: Image.Image) -> bool:
    """Whether the file carried anything a reader of the picture does not see."""
    words = {"exif", "xmp", "comment", "photoshop", "XML:com.adobe.xmp", "Raw profile type exif"}
    texts = getattr(picture, "text", {})
    carried = any(picture.info.get(word) for word in words)
    return bool(carried or texts or picture.getexif() or picture.format == "MPO")


def _options(picture: Image.Image, source: Path) -> dict[str, Any]:
    """How to write each format so that it looks as it did: same tables for JPEG, same kind of coding for WebP."""
    options: dict[str, Any] = {}
    profile = picture.info.get("icc_profile")
    if profile and len(profile) <= LARGEST_PROFILE and picture.mode != "CMYK":
        options["icc_profile"] = profile
    if picture.format in {"JPEG", "MPO"}:
        options |= _jpeg_options(picture)
    elif picture.format == "HEIF":
        options |= {"optimize": True, "quality": 92}
    elif picture.format == "WEBP":
        lossless = b"VP8L" in source.read_bytes()[: 64 * 1024]
        options |= {"lossless": lossless, "quality": 80 if lossless else 92, "method": 2}
    else:
        options |= {"compress_level": 6}
    return options


def _jpeg_options(picture: Image.Image) -> dict[str, Any]:
    tables = getattr(picture, "quantization", {})
    sampling = JpegImagePlugin.get_sampling(picture)
    kept: dict[str, Any] = {"optimize": True, "progressive": bool(picture.info.get("progressive"))}
    if picture.mode == "CMYK" or not tables or any(max(table) > 255 for table in tables.values()):
        return {**kept, "quality": 92}
    kept["qtables"] = [tables[key] for key in sorted(tables)]
    if sampling >= 0:
        kept["subsampling"] = sampling
    return kept
