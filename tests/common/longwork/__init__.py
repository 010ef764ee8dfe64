"""An app of the tests: a run of long work whose items count how often they were done."""
