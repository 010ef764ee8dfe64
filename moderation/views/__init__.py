"""Pages of moderation, by audience."""
