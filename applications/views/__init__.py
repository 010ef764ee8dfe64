"""Pages of applications, one module per audience."""
