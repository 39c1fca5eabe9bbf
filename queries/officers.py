"""Officers as those who may see their board see them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from models.database import fetch


@dataclass(frozen=True, slots=True)
class BoardPerson:
    """A person on a board. `code` tells nobody the account; `unit` is an officer's, by code, None for citizens.

    `acted`: whether it is only one for which they acted, because they are of none.
    """

    code: str
    name: str
    unit: str | None = None
    acted: bool = False


def code_of(board: str, public_id: str) -> str:
    """Return the code of a person on the boards of a name: always the same, and nothing that tells the account."""
    return hashlib.sha256(f"{board} board:{public_id}".encode()).hexdigest()[:22]


async def read_officers(acted: Mapping[int, str]) -> dict[int, BoardPerson]:
    """Read, by account, all who are officers or supervisors now, and those who `acted` for a unit.

    Who has left, or is of the control room, is of the unit for which they acted.
    """
    rows = await fetch(
        "SELECT a.id, a.public_id, a.pseudonym, m.unit FROM account a JOIN membership m ON m.account_id = a.id "
        "WHERE m.role IN ('OFFICER', 'SUPERVISOR') ORDER BY a.id, m.role DESC, m.unit DESC"
    )
    found = {row["id"]: row for row in rows}  # of several roles the last: the first by name, an officer's before others
    missing = acted.keys() - found.keys()
    if missing:
        places = ", ".join(f"${number}" for number in range(1, len(missing) + 1))
        others = await fetch(f"SELECT id, public_id, pseudonym FROM account WHERE id IN ({places})", *sorted(missing))
        found |= {row["id"]: {**row, "unit": acted[row["id"]]} for row in others}
    return {
        account_id: BoardPerson(
            code_of("officer", row["public_id"]), row["pseudonym"], row["unit"], acted=account_id in missing
        )
        for account_id, row in found.items()
    }
