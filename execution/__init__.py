"""Faster execution of queries. README.md says how it works, and how to delete it."""
