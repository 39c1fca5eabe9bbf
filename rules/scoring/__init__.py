"""Scoring: points, what reports decide, counters by period, responsiveness and ranks. Pure functions."""
