"""What a person finds by search and palette: what they may reach, judged as its own pages judge it (pattern 28)."""

from ctts.home.searching.finding import A_PAGE, IN_PALETTE, found_for
from ctts.home.searching.pages import ABOUT, PLACES, STEPS, pages_for
from ctts.home.searching.parts import Found, FoundGroup

__all__ = ["ABOUT", "A_PAGE", "IN_PALETTE", "PLACES", "STEPS", "Found", "FoundGroup", "found_for", "pages_for"]
