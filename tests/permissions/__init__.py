"""The permission matrix: every address × every persona × own and other's object × method, against a written table."""
