"""Deciding in assessments: gates, attempts, marks and outcomes."""
