"""The tables. One module a noun; `models.database` opens them."""
