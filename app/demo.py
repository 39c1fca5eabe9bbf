"""`make run`: a complete city on this machine, with demo accounts. For a first look, never for production.

It migrates, loads Jakarta, creates demo accounts with random passwords, and serves on the loopback address. Each start
sets new passwords.
"""

import asyncio
import logging.config
import secrets

import click
import uvicorn

from actions.accounts import credentials, grant_role
from actions.reference import load
from actions.transaction import Transactions
from app.command_line import CommandError, naming_database, require_pages
from app.server import log_config, uvicorn_config
from app.settings import Settings, SettingsError, read_settings
from models.database import database, migrate
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from rules.access import Role

ACCOUNTS = (
    ("warga@contoh.id", Role.CITIZEN, None, "a citizen"),
    ("petugas.gambir@contoh.id", Role.OFFICER, "31.71.01.1001", "an officer of kelurahan Gambir"),
    ("camat.gambir@contoh.id", Role.SUPERVISOR, "31.71.01", "the supervisor of kecamatan Gambir"),
    ("petugas.sda@contoh.id", Role.OFFICER, "SDA", "an officer of Dinas Sumber Daya Air"),
    ("ruang.kendali@contoh.id", Role.ADMIN, None, "the control room"),
)


async def prepare(settings: Settings) -> dict[str, str]:
    """Migrate, load Jakarta and create the accounts. Return their passwords by e-mail."""
    click.echo("==> preparing the tables")
    await migrate(settings.database_url, tell=lambda line: click.echo(f"    {line}"))
    async with database(settings.database_url):
        click.echo("==> loading Jakarta: 267 kelurahan, 20 agencies, 30 categories")
        facts = bundled()
        await Transactions().run(load, facts)
        click.echo("==> creating demo accounts")
        passwords = {email: secrets.token_urlsafe(9) for email, *_ in ACCOUNTS}
        for email, role, unit, _ in ACCOUNTS:
            await Transactions().run(
                grant_role, Gazetteer(facts), await credentials(email, passwords[email]), role, unit
            )
        return passwords


class DemoServer(uvicorn.Server):
    """A server that prints a welcome once it listens."""

    passwords: dict[str, str]

    async def startup(self, sockets: object = None) -> None:
        """Start, then print the welcome."""
        await super().startup(sockets)  # type: ignore[arg-type] # passed through unchanged
        if self.started:
            click.echo(welcome(self.config.port, self.passwords))


def welcome(port: int, passwords: dict[str, str]) -> str:
    """Return the welcome: addresses, accounts and a first query."""
    people = "\n".join(f"  {email:<28} {passwords[email]:<14} {who}" for email, _, _, who in ACCOUNTS)
    return f"""
Tanggap is running, on this machine only.

  http://127.0.0.1:{port}/                for citizens: report, and follow what is done
  http://127.0.0.1:{port}/meja            the desk of an officer
  http://127.0.0.1:{port}/ruang-kendali   the wall of the control room
  http://127.0.0.1:{port}/api             for developers: the API, with operations to try

Demo accounts (new passwords at each start):
{people}

Try: curl -s http://127.0.0.1:{port}/graphql -H 'content-type: application/json' \\
  -d '{{"query":"{{ locate(at: {{latitude: -6.1754, longitude: 106.8272}}) {{ kelurahan {{ name }} }} }}"}}'
Then follow README.md, "A first walk". Ctrl-C stops it.
"""


def main() -> None:
    """Run the demo."""
    try:
        settings = read_settings(host="127.0.0.1", workers=1, log_level="WARNING")
        logging.config.dictConfig(log_config(settings.log_level, settings.log_format))
        require_pages()
        with naming_database():
            passwords = asyncio.run(prepare(settings))
    except (SettingsError, CommandError) as error:
        raise SystemExit(f"Error: {error}") from None
    click.echo(f"==> serving on http://127.0.0.1:{settings.port}")
    server = DemoServer(uvicorn_config(settings))
    server.passwords = passwords
    server.run()


if __name__ == "__main__":
    main()
