"""Scoring: points, outcomes, counters by period, responsiveness and ranks. Pure functions."""
