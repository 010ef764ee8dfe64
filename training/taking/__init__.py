"""Take it with you (quality rule 18): what training tells of a record, and the archive that is made of all chapters."""

from training.taking.building import Cancelled, built
from training.taking.chapters import OWN_CHAPTERS

__all__ = ["OWN_CHAPTERS", "Cancelled", "built"]
