"""Icons: chosen Bootstrap Icons, read once and written into the page, coloured by the text around them."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER = settings.BASE_DIR / "static" / "vendor" / "bootstrap-icons"


@cache
def _drawing(name: str) -> str:
    """The inside of an icon's SVG. Raises LookupError for an icon that is not vendored."""
    path = FOLDER / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.exists():
        raise LookupError(f"There is no icon {name!r} in static/vendor/bootstrap-icons; see docs/design.md.")
    found = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(), re.DOTALL)
    if found is None:
        raise LookupError(f"{path.name} is not an SVG drawing.")
    return re.sub(r"\s*\n\s*", "", found.group(1))


@lru_cache(maxsize=512)
def icon(name: str, label: str = "") -> SafeString:
    """An inline SVG. Without `label` it is decoration; with one it is an image of that name.

    Raises LookupError for an icon that is not vendored.
    """
    drawing = mark_safe(_drawing(name))  # noqa: S308 — a vendored file whose hash a test compares
    says = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon" width="16" height="16" viewBox="0 0 16 16" fill="currentColor" {}>{}</svg>', says, drawing
    )
