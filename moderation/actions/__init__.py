"""Deciding in moderation: the pool, appointments, disagreements, boards and diplomas."""
