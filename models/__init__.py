"""The tables, one module for each subject. `models.database` opens them."""
