"""The changes: one function is one rule, one transaction and its events. Nothing else writes."""
