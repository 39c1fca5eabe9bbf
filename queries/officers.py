"""Officers and citizens as boards show them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from models.database import fetch


@dataclass(frozen=True, slots=True)
class BoardPerson:
    """A person on a board. `code` does not reveal the account. `unit` is an officer's unit by code, None for citizens.

    `acted`: whether the officer has no unit now, so that `unit` is one for which they acted.
    """

    code: str
    name: str
    unit: str | None = None
    acted: bool = False


def code_of(board: str, public_id: str) -> str:
    """Return the code of a person on a board: stable, and without revealing the account."""
    return hashlib.sha256(f"{board} board:{public_id}".encode()).hexdigest()[:22]


async def read_officers(acted: Mapping[int, str]) -> dict[int, BoardPerson]:
    """Read all present officers and supervisors, and everybody who `acted` for a unit, by account id.

    Former officers and the control room are listed under the unit for which they acted.
    """
    rows = await fetch(
        "SELECT a.id, a.public_id, a.pseudonym, m.unit FROM account a JOIN membership m ON m.account_id = a.id "
        "WHERE m.role IN ('OFFICER', 'SUPERVISOR') ORDER BY a.id, m.role DESC, m.unit DESC"
    )
    found = {row["id"]: row for row in rows}  # the last role wins: an officer's, then the first unit by code
    missing = acted.keys() - found.keys()
    if missing:
        placeholders = ", ".join(f"${number}" for number in range(1, len(missing) + 1))
        others = await fetch(
            f"SELECT id, public_id, pseudonym FROM account WHERE id IN ({placeholders})",
            *sorted(missing),
        )
        found |= {row["id"]: {**row, "unit": acted[row["id"]]} for row in others}
    return {
        account_id: BoardPerson(
            code_of("officer", row["public_id"]), row["pseudonym"], row["unit"], acted=account_id in missing
        )
        for account_id, row in found.items()
    }
