"""An app of the tests: kinds of messages of every sort, with templates that show all they are given."""
