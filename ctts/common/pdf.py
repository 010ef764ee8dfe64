"""The one doorway to WeasyPrint: worker only, and nothing but our own files can be fetched (quality rule 13)."""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import get_ident
from typing import Any
from urllib.parse import unquote, urlsplit

from celery.signals import worker_process_shutdown
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


def render_pdf(
    template: str, context: Mapping[str, Any], *, styles: tuple[str, ...] = ("pdf.css",), variant: str = "pdf/ua-1"
) -> bytes:
    """The PDF of a template under templates/pdf/, tagged, with fonts embedded; `variant` is WeasyPrint's profile name.

    `styles` are files of static/css/, and the only ones: a template links none. Addresses in the template are relative
    to static/. Raises OSError when Pango is missing: the web application starts without it, only the worker needs it.
    """
    import weasyprint

    sheets, fonts = _read(styles, get_ident())
    text, base = render_to_string(template, dict(context)), f"{STATIC.as_uri()}/"
    html = weasyprint.HTML(string=text, base_url=base, url_fetcher=_own_files())
    written: bytes = html.write_pdf(stylesheets=sheets, font_config=fonts, pdf_variant=variant)
    return written


@cache
def _read(styles: tuple[str, ...], thread: int) -> tuple[list[Any], Any]:
    """Stylesheets and the fonts they name, read once a process: half of the work of a page is reading them.

    Once for each `thread`: Pango's map of fonts serves one at a time.
    """
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    fonts, fetcher = FontConfiguration(), _own_files()
    files = [STATIC / "css" / name for name in styles]
    return [weasyprint.CSS(filename=file, font_config=fonts, url_fetcher=fetcher) for file in files], fonts


@atexit.register
@worker_process_shutdown.connect(weak=False)
def forget_styles(**_: Any) -> None:
    """Give back the temporary copies of fonts, in time: a process of the worker's pool ends without the usual end."""
    _read.cache_clear()


def _own_files() -> Any:
    """What fetches addresses for WeasyPrint: data: addresses and files below static/ only."""
    from weasyprint.urls import URLFetcher

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
        def fetch(self, url: str, headers: Any = None) -> Any:
            own_file(url)
            return super().fetch(url, headers)

    return OwnFiles()
