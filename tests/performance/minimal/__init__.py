"""The least that a signed-in Django page can be: the measure of all others."""
