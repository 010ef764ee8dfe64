"""Deciding in assessments: gates, attempts, marks and outcomes."""

from assessments.actions.settling import settle

__all__ = ["settle"]
