"""What every template knows about the product."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def product(request: HttpRequest) -> dict[str, object]:
    """The product's name, whether this is a demonstration, and this request's time (a callable-free datetime)."""
    return {
        "product_name": "Clinical Technologist Training Scheme",
        "demonstration": settings.MODE == "demo",
        "asked_path": request.get_full_path() if request else "",
    }
