"""The benchmark: what pages cost in CPU time, against a minimal Django view on the same servers in the same run.

`python -m tests.performance` runs it; README.md says how to read it. No test judges a time.
"""
