"""Live updates: everything a subscription delivers is read from the event log."""
