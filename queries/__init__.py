"""Every read of the database. It imports models and rules only."""
