"""Reading training: who sees which record."""

from training.queries.records import records_visible_to

__all__ = ["records_visible_to"]
