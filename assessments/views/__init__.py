"""Pages of assessments, by audience."""
