"""The people of a run: their accounts and their kelurahan."""

from dataclasses import dataclass

import httpx

from actions.accounts import credentials, grant_role
from actions.transaction import Transactions
from models.database import database
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from rules.access import Role
from tests.wire import PASSWORD, Caller

CITIZENS = 6
KELURAHAN = ("31.71.01.1001", "31.71.01.1002", "31.72.01.1001", "31.73.01.1001", "31.74.01.1001")
CATEGORIES = ("SAMPAH", "SALURAN", "BANJIR")
"""Categories of the reports: the last goes to the agency SDA, the others to the kelurahan."""
UNITS = (*KELURAHAN, "SDA")


@dataclass
class Resident:
    """A person with an account: an officer if there is a unit. `token` is None until `sign_in`."""

    account_id: int
    email: str
    unit: str | None
    token: str | None = None

    async def sign_in(self, http: httpx.AsyncClient) -> None:
        """Sign in and keep the access token."""
        caller = Caller(http)
        await caller.sign_in(self.email)
        self.token = caller.token


async def create_residents(database_url: str) -> list[Resident]:
    """Create the accounts of the citizens and of one officer for each unit, without a server."""
    people: list[tuple[str, str | None]] = [(f"warga{number}@contoh.id", None) for number in range(CITIZENS)]
    people += [(f"petugas{number}@contoh.id", unit) for number, unit in enumerate(UNITS)]
    residents = []
    async with database(database_url):
        gazetteer, transactions = Gazetteer(bundled()), Transactions()
        for email, unit in people:
            role = Role.CITIZEN if unit is None else Role.OFFICER
            account_id = await transactions.run(grant_role, gazetteer, await credentials(email, PASSWORD), role, unit)
            residents.append(Resident(account_id, email, unit))
    return residents
