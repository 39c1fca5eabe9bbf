"""Business rules: pure functions and tables, without a framework and without a database."""
