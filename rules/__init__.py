"""The decisions: pure functions and tables of facts, with no framework and no database."""
