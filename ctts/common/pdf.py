"""The one doorway to WeasyPrint: worker only, and nothing but our own files can be fetched (quality rule 13)."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.template.loader import render_to_string

STATIC = settings.BASE_DIR / "static"


def own_file(url: str) -> None:
    """Raise ValueError unless `url` is a data: address or names a file below static/.

    User text may hold any address; without this a PDF could embed a file of the server.
    """
    scheme = url.partition(":")[0]
    if scheme == "data":
        return
    if scheme != "file" or not Path(unquote(urlsplit(url).path)).resolve().is_relative_to(STATIC.resolve()):
        raise ValueError("Only the scheme's own files can be part of a PDF.")


def render_pdf(template: str, context: Mapping[str, Any], *, variant: str = "pdf/ua-1") -> bytes:
    """The PDF of a template under templates/pdf/, tagged, with fonts embedded; `variant` is WeasyPrint's profile name.

    Addresses in the template are relative to static/. Raises OSError when Pango is missing: the web application
    starts without it, only the worker needs it.
    """
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
        """Serves data: addresses and files below static/ only."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            own_file(url)
            return super().fetch(url, headers)

    html = weasyprint.HTML(
        string=render_to_string(template, dict(context)), base_url=f"{STATIC.as_uri()}/", url_fetcher=OwnFiles()
    )
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ResourceWarning
        )  # WeasyPrint leaves the colour profile of PDF/A to the collector
        written: bytes = html.write_pdf(font_config=FontConfiguration(), pdf_variant=variant)
    return written
