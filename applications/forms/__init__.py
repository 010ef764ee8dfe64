"""Forms of applications: they validate what people type; actions save it."""
