"""What a person meets first: what waits, the areas of their roles, the front page's facts, the office's ground."""

from ctts.home.queries.areas import (
    Area,
    FrontPage,
    areas_of,
    footer_links,
    front_page,
    hears_as,
    public_areas,
    stands_of,
)
from ctts.home.queries.office import (
    AuditPage,
    Card,
    audit_page,
    can_be_decided,
    files_given_up,
    messages_for_office,
    messages_shown,
    scheme_cards,
)
from ctts.home.queries.waiting import (
    NothingWaits,
    narrowed,
    shortened,
    trainee_of,
    waited_for,
    waiting_for,
    when_nothing_waits,
    with_trainee,
)

__all__ = [
    "Area",
    "AuditPage",
    "Card",
    "FrontPage",
    "NothingWaits",
    "areas_of",
    "audit_page",
    "can_be_decided",
    "files_given_up",
    "footer_links",
    "front_page",
    "hears_as",
    "messages_for_office",
    "messages_shown",
    "narrowed",
    "public_areas",
    "scheme_cards",
    "shortened",
    "stands_of",
    "trainee_of",
    "waited_for",
    "waiting_for",
    "when_nothing_waits",
    "with_trainee",
]
