"""Whole ways through the scheme, each step done by its own person on pages."""
