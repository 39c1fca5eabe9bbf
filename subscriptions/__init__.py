"""The news: everything live is a reading of the log."""
