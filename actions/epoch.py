"""A new epoch for the log of a restored database: whoever holds a cursor of the old one loads anew."""

import secrets

from models.database import fetch


async def begin_epoch() -> str:
    """Give the log a new epoch, and return it. Running processes notice within a second."""
    epoch = secrets.token_hex(8)
    await fetch("UPDATE log_head SET epoch = $1 WHERE id = 1", epoch)
    return epoch
