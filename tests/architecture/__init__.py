"""The house watched as a whole: who imports whom, what may stand where, and what nobody may forget."""
