"""Forms of the office about the scheme's own things, by thing."""
