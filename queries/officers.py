"""Officers and citizens as boards show them. An officer has a name among staff, which has nothing of the pseudonym."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from models.accounts import Account
from models.reading import read, select
from queries.conditions import Conditions


class BoardPerson(NamedTuple):
    """A person on a board. `code` does not reveal the account. `unit` is an officer's unit by code, None for citizens.

    `acted`: whether the officer has no unit now, so that `unit` is one for which they acted.
    """

    code: str
    name: str
    unit: str | None = None
    acted: bool = False


@lru_cache(maxsize=16_384)  # a board asks for all its people, and they are mostly the same
def code_of(board: str, public_id: str) -> str:
    """Return the code of a person on a board: stable, and without revealing the account."""
    return hashlib.sha256(f"{board} board:{public_id}".encode()).hexdigest()[:22]


async def read_officers(acted: Sequence[Mapping[int, str]]) -> list[dict[int, BoardPerson]]:
    """Read all present officers and supervisors, and everybody who `acted` for a unit, by account id.

    One result for each mapping of accounts to units. Former officers and the control room are listed under the unit for
    which they acted.
    """
    rows = await read(
        "SELECT a.id, a.public_id, a.staff_name, m.unit FROM account a JOIN membership m ON m.account_id = a.id "
        "WHERE m.role IN ('OFFICER', 'SUPERVISOR') ORDER BY a.id, m.role DESC, m.unit DESC"
    )
    # The last role wins: an officer's, then the first unit by code.
    present = {account_id: BoardPerson(*_named(public_id, name), unit) for account_id, public_id, name, unit in rows}
    missing = set().union(*acted) - present.keys()
    others = {}
    if missing:
        wanted = Conditions()
        wanted.add_listed("id", missing)
        found = await select(Account, ("id", "public_id", "staff_name"), f"WHERE {wanted}", *wanted.values)
        others = {account_id: _named(public_id, name) for account_id, public_id, name in found}
    return [
        present
        | {
            account_id: BoardPerson(*others[account_id], unit, acted=True)
            for account_id, unit in own.items()
            if account_id in others
        }
        for own in acted
    ]


def _named(public_id: str, staff_name: str | None) -> tuple[str, str]:
    """Return the code and the name of an officer; without a name one that follows from the code."""
    code = code_of("officer", public_id)
    return code, staff_name or f"Petugas-{code[:6].upper()}"
