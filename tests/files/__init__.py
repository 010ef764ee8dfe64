"""Sample files as people upload them, and hostile ones; `python -m tests.files.make` writes them anew."""
