"""Who may do what in assessments, by appointment in force on the day."""
