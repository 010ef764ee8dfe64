"""Forms of assessments, by thing."""
