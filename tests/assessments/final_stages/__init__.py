"""Tests of the Final Assessment: practical, portfolio, marking, viva (F1 to F6)."""
