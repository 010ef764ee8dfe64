"""The navigation of a person, the areas of the roles they hold; and the help of the page they look at."""

from __future__ import annotations

from collections.abc import Callable

from ctts.common.clock import london_date
from ctts.common.helping import Help
from ctts.common.requests import Request
from ctts.home import helping, queries


def navigation(request: Request) -> dict[str, object]:
    """`nav`: the areas of the person as label, address and whether it is the present one; `footer_links` likewise.

    Worked out once for each request: tables are templates of their own and ask again.
    """
    known: dict[str, object] = request.__dict__.setdefault("_navigation", {})
    if not known:
        known.update(_navigation(request))
    return known


def _navigation(request: Request) -> dict[str, object]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": queries.public_areas(request.path), "footer_links": queries.footer_links(None)}
    today = london_date(request.now)
    return {"nav": queries.areas_of(user, today, request.path), "footer_links": queries.footer_links(user)}


def help_here(request: Request) -> dict[str, Callable[[object], Help | None]]:
    """`help_here`: gives the text of the page that is looked at, for the record that it shows; asked by its head."""
    at = request.resolver_match
    page = at.view_name if at else ""

    def of(record: object) -> Help | None:
        return helping.help_on(page, record, london_date(request.now))

    return {"help_here": of}
