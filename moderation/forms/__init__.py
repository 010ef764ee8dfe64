"""Forms of moderation, by thing."""
