"""The epoch of the log: a restored database gets a new one, so that cursors from before are refused."""

import secrets

from models.database import fetch


async def begin_epoch() -> str:
    """Give the log a new epoch and return it. Running processes notice within a second; clients reload their state."""
    epoch = secrets.token_hex(8)
    await fetch("UPDATE log_head SET epoch = $1 WHERE id = 1", epoch)
    return epoch
